/*
 * Makes plain pages better; every one of them works without it.
 *
 *   <form data-enhance="ID …">     sent by fetch; the elements with these ids (or `main`) become those of the answer
 *   <form data-auto-submit>        sent when a choice in it changes
 *   <form data-save="ID …">        saved as one types: sent by fetch, of whose answer only these elements are taken; its
 *                                  `#saved` says so, with `data-saving` and `data-unsaved` of the form
 *   <p data-deadline data-now>     a clock that runs down to `data-deadline`, by the server's `data-now`; what
 *                                  `data-said` has for so many seconds is read out, and `data-over` follows the end
 *   <form data-live="ID …">        as one types, these elements become what its button of the value `preview` would show
 *   <div id data-poll="URL">       asked for again while the page is seen, every `data-poll-seconds` (15);
 *                                  `data-announce` on its new version is read out, and the elements whose ids
 *                                  `data-poll-also` lists come with it
 *   <time data-relative datetime>  kept fresh: "in 2 hours"
 *   [data-focus]                   takes the focus when it appears
 */
import { morph } from "./morph.js";

const parse = (html) => new DOMParser().parseFromString(html, "text/html");

/** Say something to people who do not see the change. */
function announce(text) {
  const announcer = document.getElementById("announcer");
  if (announcer && text) announcer.textContent = text;
}

/** Make the named elements like those of a fetched page. False when either page lacks one. */
function swap(fetched, ids, how) {
  const pairs = ids.map((id) => [document.getElementById(id), fetched.getElementById(id)]);
  if (pairs.some(([old, fresh]) => !old || !fresh)) return false;
  const focused = document.activeElement;
  for (const [old, fresh] of pairs) {
    const news = fresh.dataset.announce;
    if (news !== old.dataset.announce) announce(news);
    morph(old, fresh, how);
    freshen(old);
  }
  if (focused?.isConnected) focused.focus({ preventScroll: true }); // What was moved has lost it.
  return true;
}

/** Put the messages of a fetched page above this one. */
function showMessages(messages) {
  const main = document.getElementById("main");
  main.querySelectorAll(".flash").forEach((old) => old.remove());
  main.prepend(...messages);
  announce([...messages].map((message) => message.textContent.trim()).join(" "));
}

/** Show a whole fetched page; fetching it once more would lose its messages. */
function replacePage(fetched, url) {
  if (url) history.pushState(null, "", url);
  document.title = fetched.title;
  document.body.replaceWith(fetched.body);
  scrollTo(0, 0);
  start();
  if (!document.querySelector("[data-focus]")) document.getElementById("main")?.focus();
}

addEventListener("popstate", () => location.reload());

/* Forms that are sent by fetch */

const underway = new WeakMap();
const methodOf = (form) => form.getAttribute("method")?.toLowerCase() ?? "get";

/** Send a form and show the answer in place. */
async function enhance(form, submitter) {
  underway.get(form)?.abort();
  const stop = new AbortController();
  underway.set(form, stop);
  const isGet = methodOf(form) === "get";
  const url = new URL(submitter?.getAttribute("formaction") ?? form.getAttribute("action") ?? "", location.href);
  const body = new FormData(form, submitter);
  if (isGet) url.search = new URLSearchParams([...body].filter(([, value]) => value !== ""));
  try {
    const response = await fetch(url, { method: methodOf(form), body: isGet ? undefined : body, signal: stop.signal });
    show(parse(await response.text()), response, form, isGet);
  } catch (error) {
    if (error.name !== "AbortError") sayOffline();
  }
  if (underway.get(form) === stop) release(form);
}

/** Put an answer into the page, or become the page where it leads. */
function show(fetched, response, form, isGet) {
  const address = new URL(response.url);
  const isHere = isGet || !response.redirected || address.pathname === location.pathname;
  const ids = (form.dataset.enhance || "main").split(" ");
  if (!isHere || !swap(fetched, ids, { keepTyped: isGet })) {
    return replacePage(fetched, isGet || response.redirected ? address : null);
  }
  document.title = fetched.title;
  if (isGet) history.replaceState(null, "", address);
  else if (!ids.includes("main")) showMessages(fetched.querySelectorAll(".flash"));
  document.querySelector("[data-focus]")?.focus();
}

/** Without a connection nothing is sent and everything typed stays. */
function sayOffline() {
  const message = document.createElement("p");
  message.className = "flash";
  message.textContent = document.body.dataset.offline;
  showMessages([message]);
  message.scrollIntoView({ block: "nearest" });
}

/* A form is sent once, however often its button is pressed. */

function hold(form) {
  form.dataset.sent = "";
  // Later, so that the button's own value still goes with the form.
  setTimeout(() => form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", "true")));
}

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("button").forEach((button) => button.removeAttribute("aria-disabled"));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const isGet = methodOf(form) === "get";
  if (unsaved.get(form)?.sending) return finishFirst(event);
  if (!isGet && form.dataset.sent !== undefined) return event.preventDefault();
  if (!isGet) hold(form);
  looks.get(form)?.abort();
  if (form.dataset.enhance === undefined) return;
  event.preventDefault();
  enhance(form, event.submitter);
});

/*
 * Forms that are saved as one types. What is on its way is sent again, unchanged, until it has arrived: only then does
 * what was typed since follow, since each saved version has a number of its own.
 */

const SAVE_AFTER_MS = 700;
const TRY_AGAIN_MS = 4000;
const unsaved = new WeakMap(); // What a form has still to save: { sending, body, again, timer }

function saveSoon(form, pause) {
  const state = unsaved.get(form) ?? {};
  unsaved.set(form, state);
  clearTimeout(state.timer);
  state.isDue = true;
  if (!state.sending) state.timer = setTimeout(() => save(form, state), pause);
}

function say(form, words, state) {
  const told = form.querySelector("#saved");
  if (!told || told.dataset.state === state) return;
  told.textContent = words;
  told.dataset.state = state;
  if (state === "unsaved") announce(words);
}

function save(form, state) {
  state.isDue = false;
  state.body ??= new FormData(form);
  say(form, form.dataset.saving, "saving");
  state.sending = send(form, state).finally(() => {
    state.sending = null;
    if (state.isDue && form.isConnected) saveSoon(form, state.body ? TRY_AGAIN_MS : SAVE_AFTER_MS);
  });
}

async function send(form, state) {
  try {
    const response = await fetch(form.action, { method: "post", body: state.body });
    const fetched = parse(await response.text());
    state.body = null;
    const isHere = new URL(response.url).pathname.startsWith(new URL(form.action).pathname);
    if (!isHere || response.status === 409) return show(fetched, response, form, false);
    swap(fetched, response.ok ? form.dataset.save.split(" ") : ["saved"], { keepTyped: false });
  } catch {
    state.isDue = true; // The same once more, since it may have arrived.
    say(form, form.dataset.unsaved, "unsaved");
  }
}

/** Let what is being saved arrive before the form is sent as a whole. */
async function finishFirst(event) {
  event.preventDefault();
  const form = event.target;
  await unsaved.get(form).sending;
  if (!unsaved.get(form).body && form.isConnected) form.requestSubmit(event.submitter);
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.save !== undefined) saveSoon(form, SAVE_AFTER_MS);
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.dataset.save !== undefined) saveSoon(form, 0);
});

addEventListener("beforeunload", (event) => {
  const form = document.querySelector("form[data-save]");
  if (form && (unsaved.get(form)?.isDue || unsaved.get(form)?.sending)) event.preventDefault();
});

/* A clock that runs down */

const two = (number) => String(number).padStart(2, "0");
const clock = { now: "", skew: 0, said: Infinity };

function tick() {
  const shown = document.querySelector("[data-deadline]");
  if (!shown) return;
  const { deadline, now, over, said } = shown.dataset;
  if (clock.now !== now) Object.assign(clock, { now, skew: new Date(now) - Date.now() });
  const seconds = Math.max(0, Math.ceil((new Date(deadline) - Date.now() - clock.skew) / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = hours ? [hours, two(minutes), two(seconds % 60)] : [minutes, two(seconds % 60)];
  shown.querySelector(".exam-clock-left").textContent = parts.join(":");
  const next = Object.keys(JSON.parse(said)).map(Number).filter((mark) => seconds <= mark && mark < clock.said);
  if (next.length) announce(JSON.parse(said)[Math.min(...next)]);
  clock.said = Math.min(clock.said, ...next);
  if (!seconds && clock.over !== over) timeIsUp(over);
}

/** What was typed in time is sent in time; the server decides. */
async function timeIsUp(over) {
  clock.over = over;
  const form = document.querySelector("form[data-save]");
  const state = form && unsaved.get(form);
  if (state?.isDue && !state.sending) save(form, state);
  await state?.sending;
  if (!state?.isDue) location.assign(over);
  else clock.over = ""; // Without a connection it is tried again.
}

setInterval(tick, 1000);

/* Forms that show what becomes of them while one types */

const looks = new WeakMap();
const LIVE_PAUSE_MS = 500;

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.live === undefined) return;
  looks.get(form)?.abort(); // What it would show is out of date already.
  const stop = new AbortController();
  looks.set(form, stop);
  setTimeout(() => look(form, stop.signal), LIVE_PAUSE_MS);
});

/** Ask what would become of a form; what is typed stays, and without a connection all does. */
async function look(form, signal) {
  if (signal.aborted || form.dataset.sent !== undefined || !form.isConnected) return;
  const body = new FormData(form, form.querySelector('button[value="preview"]'));
  try {
    const response = await fetch(form.action, { method: "post", body, signal });
    const fetched = parse(await response.text());
    if (!signal.aborted) swap(fetched, form.dataset.live.split(" "), { keepTyped: true });
  } catch {
    // The button still asks.
  }
}

// A page that comes back from the browser's memory is used again.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.dataset.autoSubmit !== undefined) form.requestSubmit();
});

/* Menus close when the attention goes elsewhere. */

function closeMenus(event) {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

document.addEventListener("click", closeMenus);
document.addEventListener("focusin", closeMenus);
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

/* Parts that change by themselves */

/** Ask for a part again; an unchanged one costs nothing but the question. */
async function poll(part, known) {
  const headers = known ? { "If-None-Match": known } : {};
  const response = await fetch(part.dataset.poll, { headers, cache: "no-store" });
  if (response.status !== 200) return known;
  const also = part.dataset.pollAlso?.split(" ") ?? [];
  swap(parse(await response.text()), [part.id, ...also], { keepTyped: true });
  return response.headers.get("ETag");
}

async function keepPolling(part) {
  let known = part.dataset.etag;
  let misses = 0;
  while (part.isConnected && part.dataset.poll) {
    const pause = 1000 * Number(part.dataset.pollSeconds || 15) * 2 ** Math.min(misses, 4);
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (document.visibilityState === "hidden" || !part.isConnected) continue;
    try {
      known = await poll(part, known);
      misses = 0;
    } catch {
      misses += 1; // Without a connection the page stays as it is, and is asked for more rarely.
    }
  }
}

/* Times in words */

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

/** Write the moments within an element relative to now. */
function freshen(root) {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  root.querySelectorAll("time[data-relative]").forEach((time) => {
    const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
    if (Number.isNaN(seconds)) return;
    time.title ||= time.textContent;
    const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
    time.textContent = words.format(Math.round(seconds / length), unit);
  });
}

/** Tell the site in which zone a visitor reads hours, and write those of this page anew if it did not know. */
async function tellZone() {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  if (!timeZone || document.cookie.includes(`zone=${timeZone}`)) return;
  document.cookie = `zone=${timeZone}; path=/; max-age=31536000; samesite=lax`;
  if (!document.querySelector(".hours") || !document.cookie.includes(`zone=${timeZone}`)) return;
  const response = await fetch(location.href, { cache: "no-store" }).catch(() => null);
  if (response?.ok) swap(parse(await response.text()), ["main"], { keepTyped: true });
}

function start() {
  document.querySelectorAll("[data-poll]").forEach(keepPolling);
  document.querySelector("[data-focus]")?.focus();
  freshen(document);
  tick();
}

start();
tellZone();
setInterval(() => freshen(document), 30_000);
