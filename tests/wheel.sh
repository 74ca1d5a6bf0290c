#!/usr/bin/env bash
# The wheel alone, in an empty home and an unrelated folder: content, demo and notebooks must be inside it.
# Its environment stays in the folder that is given, for who wants to use what it has installed.
set -euo pipefail
cd "$(dirname "$0")/.."
place=$1
python3 -m venv "$place/venv"
# A checkpoint of an opened notebook may hold raw answers: one is planted, and must not get into the wheel.
planted=notebooks/.ipynb_checkpoints/planted-checkpoint.ipynb
trap 'rm -f "$planted"' EXIT
mkdir -p "$(dirname "$planted")"
echo "rådata" > "$planted"
"$place/venv/bin/pip" wheel --quiet --no-deps --wheel-dir "$place" .
rm "$planted"
if "$place/venv/bin/python" -m zipfile --list "$place"/kunskap-*.whl | grep -E 'checkpoint|\.pyc|hemlig\.key'; then
  echo "the wheel holds what it must not" >&2
  exit 1
fi
"$place/venv/bin/pip" install --quiet "$place"/kunskap-*.whl
mkdir "$place/home" "$place/elsewhere"
cd "$place/elsewhere"
HOME="$place/home" "$place/venv/bin/kunskap" demo
test -s kunskap-demo/report.html
HOME="$place/home" "$place/venv/bin/kunskap" new projekt
test -s projekt/notebooks/start.ipynb
echo "the wheel works from any folder"
