// The quiz's script: it only enhances.  All markup and all words come from the server; here forms are sent without
// leaving the page, what comes back is put in place with the focus kept, and silence is told.

const PATIENCE = 8000; // ms without a reply before the answer is called unsaved
const PAUSE = 600; // ms before "sending" is said: a quick reply should not be preceded by noise

/** Make `now` like `next`, node by node, so that focus, what is ticked elsewhere and live regions survive. */
export function morph(now, next) {
  if (now.nodeType !== Node.ELEMENT_NODE) {
    if (now.data !== next.data) now.data = next.data;
    return;
  }
  for (const { name } of [...now.attributes]) {
    const opened = name === "open" && now.nodeName === "DETAILS";
    if (!next.hasAttribute(name) && !opened) {
      now.removeAttribute(name);
      if (name === "checked") now.checked = false;
    }
  }
  for (const { name, value } of next.attributes) {
    if (now.getAttribute(name) === value) continue;
    now.setAttribute(name, value);
    if (name === "checked") now.checked = true;
    if (name === "value" && now.nodeName === "INPUT") now.value = value;
  }
  const wanted = [...next.childNodes];
  const present = [...now.childNodes];
  wanted.forEach((child, place) => {
    const own = present[place];
    if (!own) now.append(child);
    else if (own.nodeName === child.nodeName && (own.id || "") === (child.id || "")) morph(own, child);
    else own.replaceWith(child);
  });
  present.slice(wanted.length).forEach((child) => child.remove());
}

/**
 * Take over the forms inside `host`.
 * `send(fields, request)` passes a form on; call `reply({ request, focus, failed })` when its answer has come.
 */
export function attach(host, { html, send }) {
  const waiting = new Map(); // form id -> { request, timers }
  let sent = 0;

  const root = () => host.firstElementChild;
  const status = (form) => form.querySelector("[role=status]");

  function show() {
    const template = document.createElement("template");
    template.innerHTML = html();
    const next = template.content.firstElementChild;
    if (root()) morph(root(), next);
    else host.append(next);
  }

  function tell(formId, kind, text) {
    const form = document.getElementById(formId);
    if (!form) return;
    const line = document.createElement("p");
    line.className = kind;
    if (kind === "kq-notice") {
      const mark = document.createElement("span");
      mark.className = "kq-sign";
      mark.setAttribute("aria-hidden", "true");
      mark.textContent = "!";
      line.append(mark);
    }
    line.append(text);
    status(form).replaceChildren(line);
  }

  function settle(formId) {
    waiting.get(formId)?.timers.forEach(clearTimeout);
    waiting.delete(formId);
  }

  function unsaved(formId) {
    settle(formId);
    tell(formId, "kq-notice", root().dataset.unsaved);
  }

  function onSubmit(event) {
    const form = event.target;
    const button = event.submitter;
    event.preventDefault();
    if (waiting.has(form.id) || button?.getAttribute("aria-disabled") === "true") return;
    const fields = {};
    for (const [name, value] of new FormData(form)) (fields[name] ??= []).push(value);
    if (button) fields[button.name] = [button.value];
    const request = ++sent;
    // The clock starts before anything is sent: a dead server raises nothing, it is only silent.
    const timers = [
      setTimeout(() => tell(form.id, "kq-sending", root().dataset.sending), PAUSE),
      setTimeout(() => unsaved(form.id), PATIENCE),
    ];
    waiting.set(form.id, { request, timers });
    try {
      Promise.resolve(send(fields, request)).catch(() => unsaved(form.id));
    } catch {
      unsaved(form.id);
    }
  }

  function reply({ request, focus, failed }) {
    const [formId] = [...waiting].find(([, each]) => each.request === request) ?? [];
    const form = formId && document.getElementById(formId);
    if (formId) settle(formId);
    const held = host.contains(document.activeElement) ? document.activeElement : null;
    // Emptied first, so that the same words twice are put in, and read out, twice.
    if (form) status(form).replaceChildren();
    show();
    if (failed && formId) tell(formId, "kq-notice", root().dataset.failed);
    const lost = held && (!held.isConnected || held.disabled);
    const target = focus ? document.getElementById(focus) : lost && form?.isConnected ? status(form) : null;
    target?.focus();
  }

  show();
  host.addEventListener("submit", onSubmit);
  return {
    show,
    reply,
    detach() {
      host.removeEventListener("submit", onSubmit);
      [...waiting.keys()].forEach(settle);
    },
  };
}

let views = 0;

// The notebook's transport (anywidget): the model's `html` and messages both ways.
export default {
  render({ model, el }) {
    const view = `v${++views}`;
    const prefix = model.get("prefix");
    const own = (text) => text?.replaceAll(prefix, `${prefix}${view}`);
    // The notebook's own keys ("b" adds a cell, "x" cuts it) must not act while a question has the focus.  JupyterLab
    // asks the focused element itself, and first of all listeners but those of the window; Ctrl+S still saves.
    const onKey = (event) => {
      if (el.contains(event.target)) {
        event.target.toggleAttribute("data-lm-suppress-shortcuts", !(event.ctrlKey || event.metaKey));
      }
    };
    const quiz = attach(el, {
      html: () => own(model.get("html")),
      send: (fields, request) => model.send({ kind: "form", fields, request: `${view}-${request}` }),
    });
    const onMessage = (message) => {
      if (message?.kind !== "reply") return;
      const [to, request] = String(message.request).split("-");
      if (to === view) quiz.reply({ ...message, request: Number(request), focus: own(message.focus) });
    };
    window.addEventListener("keydown", onKey, true);
    model.on("change:html", quiz.show);
    model.on("msg:custom", onMessage);
    return () => {
      window.removeEventListener("keydown", onKey, true);
      model.off("change:html", quiz.show);
      model.off("msg:custom", onMessage);
      quiz.detach();
    };
  },
};
