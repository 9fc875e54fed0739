"use strict";
// Shows the paper in a frame, puts a new one at the place where the reader was, and says what is wrong.

const frame = document.getElementById("page");
const state = document.getElementById("state");
const messages = document.getElementById("messages");
let shown = -1;

function load(number) {
  if (number === shown) return;
  shown = number;
  const before = frame.contentWindow && frame.contentWindow.scrollY;
  frame.addEventListener("load", () => frame.contentWindow.scrollTo(0, before || 0), { once: true });
  frame.src = "page?" + number;
}

function item(place, words) {
  const entry = document.createElement("li");
  if (place) {
    const where = document.createElement("span");
    where.className = "place";
    where.textContent = place + ": ";
    entry.append(where);
  }
  entry.append(words);
  return entry;
}

function tell(facts) {
  const wrong = facts.problems.length > 0;
  document.querySelector("header").className = wrong ? "wrong" : "";
  const listed = wrong
    ? facts.problems.map((problem) => item(problem.place, problem.what + " " + problem.hint))
    : facts.notes.map((note) => item("", note));
  const count = listed.length + (wrong ? " to correct" : " worth knowing");
  messages.hidden = listed.length === 0;
  messages.querySelector("summary").textContent = count;
  messages.querySelector("ul").replaceChildren(...listed);
  if (wrong) messages.open = true;
  state.textContent = facts.working ? "The page is being made."
    : wrong && facts.page ? "This is the last page that could be made."
      : wrong ? "The page cannot be made yet." : "The page is up to date.";
  if (facts.page) load(facts.page);
}

const events = new EventSource("events");
events.onmessage = (event) => tell(JSON.parse(event.data));
events.onerror = () => { state.textContent = "The preview has been closed."; };
