// The participants' page: the quiz's script with this page's way of sending.  Without it the forms post as they are.

import { attach } from "/static/quiz.js";

const PATIENCE = 7500; // ms to go on trying: just before the quiz calls an answer unsaved
const FIRST_PAUSE = 400; // ms

const host = document.querySelector("#quiz");
let html = host.innerHTML.trim();

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** Send a form, again and again while the net or the server is away: the same receipt is taken once only. */
async function post(fields) {
  const body = new URLSearchParams();
  for (const [name, values] of Object.entries(fields)) values.forEach((value) => body.append(name, value));
  const headers = { Accept: "application/json" };
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
    const reply = await post(fields);
    if (reply.html) html = reply.html;
    quiz.reply({ request, focus: reply.focus, failed: reply.failed });
  },
});
