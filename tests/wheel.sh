#!/usr/bin/env bash
# The wheel alone, in an empty home and an unrelated folder: content, demo and notebooks must be inside it.
set -euo pipefail
cd "$(dirname "$0")/.."
python="$PWD/.venv/bin/python"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
# A checkpoint of an opened notebook may hold raw answers: one is planted, and must not get into the wheel.
mkdir -p notebooks/.ipynb_checkpoints
echo "rådata" > notebooks/.ipynb_checkpoints/planted-checkpoint.ipynb
trap 'rm -rf "$place" notebooks/.ipynb_checkpoints/planted-checkpoint.ipynb' EXIT
"$python" -m pip wheel --quiet --no-deps --wheel-dir "$place" .
if "$python" -m zipfile --list "$place"/kunskap-*.whl | grep -E 'checkpoint|\.pyc|hemlig\.key'; then
  echo "the wheel holds what it must not" >&2
  exit 1
fi
"$python" -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet "$place"/kunskap-*.whl
mkdir "$place/home" "$place/elsewhere"
cd "$place/elsewhere"
HOME="$place/home" "$place/venv/bin/kunskap" demo
test -s kunskap-demo/report.html
HOME="$place/home" "$place/venv/bin/kunskap" new projekt
test -s projekt/notebooks/start.ipynb
echo "the wheel works from any folder"
