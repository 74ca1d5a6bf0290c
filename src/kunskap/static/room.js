// A participant's page in a room: it asks every other second whether the trainer has gone on, and sends like the page.

import { attach } from "/static/quiz.js";

const PAUSE = 2000; // ms between two questions to the server
const JITTER = 600; // ms, so that a room full of phones does not ask at once
const LONGEST_PAUSE = 8000; // ms while the net is away
const PATIENCE = 7500; // ms to go on trying to send
const FIRST_PAUSE = 400; // ms

const host = document.querySelector("#quiz");
const lost = document.querySelector("#lost");
let html = host.innerHTML.trim();
let view = host.dataset.view;
let version = Number(host.dataset.version);
let sending = 0;

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
const headers = { Accept: "application/json" };

function keep(reply) {
  html = reply.html;
  view = reply.view;
  version = reply.version;
}

/** Send a form, again and again while the net or the server is away: the same receipt is taken once only. */
async function post(fields) {
  const body = new URLSearchParams();
  for (const [name, values] of Object.entries(fields)) values.forEach((value) => body.append(name, value));
  const until = performance.now() + PATIENCE;
  for (let wait = FIRST_PAUSE; ; wait *= 2) {
    try {
      const response = await fetch("/fragor", { method: "POST", headers, body, credentials: "same-origin" });
      if (response.ok || ![502, 503, 504].includes(response.status)) return await response.json();
    } catch (error) {
      if (performance.now() + wait > until) throw error;
    }
    if (performance.now() + wait > until) return { failed: true };
    await pause(wait);
  }
}

const quiz = attach(host, {
  html: () => html,
  send: async (fields, request) => {
    sending += 1;
    try {
      const before = view;
      const reply = await post(fields);
      if (reply.away) location.assign("/");
      if (reply.html) keep(reply);
      const focus = reply.html && reply.view !== before ? reply.focus : null;
      quiz.reply({ request, focus, failed: reply.failed });
    } finally {
      sending -= 1;
    }
  },
});

/** Show what is new; an open question that somebody is answering is left alone. */
async function look() {
  const state = await (await fetch("/lage", { headers, credentials: "same-origin" })).json();
  if (state.version === version || sending) return;
  const response = await fetch("/fragor", { headers, credentials: "same-origin" });
  const reply = await response.json();
  if (reply.away) location.assign("/");
  if (!reply.html || sending) return;
  const before = view;
  if (reply.view === before) {
    version = reply.version;
    return;
  }
  keep(reply);
  host.replaceChildren(); // another question: nothing of the one before may be left ticked
  quiz.show();
  document.getElementById(reply.focus)?.focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
}

async function follow() {
  let misses = 0;
  for (;;) {
    await pause(Math.min(PAUSE * (misses + 1), LONGEST_PAUSE) + Math.random() * JITTER);
    if (document.hidden) continue;
    try {
      await look();
      misses = 0;
    } catch {
      misses += 1;
    }
    const text = misses > 1 ? lost.dataset.text : "";
    if (lost.textContent !== text) lost.textContent = text;
  }
}

follow();
