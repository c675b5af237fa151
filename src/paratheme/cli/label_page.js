"use strict";
const say = JSON.parse(document.getElementById("words").textContent);
const at = (id) => document.getElementById(id);
const form = at("who"), help = at("help"), labelling = at("labelling"), status = at("status"), problem = at("problem");
const choices = [...document.querySelectorAll("#themes input")];
const nameOf = new Map(choices.map((choice) => [choice.value, choice.dataset.name]));
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
const named = (themes) => (themes.length ? themes.map((theme) => nameOf.get(theme) ?? theme).join(say.comma) : say.none);
let annotator = "", number = 0, total = 0, said = null, undone = [];

const ask = async (action, data = {}) => {
  let answer;
  try {
    answer = await fetch(action, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ annotator, ...data }),
    });
  } catch {
    throw new Error(say.ended);
  }
  const found = await answer.json();
  if (!answer.ok) throw new Error(`${say.not_saved} ${found.error}`);
  return found;
};

// One thing after another, in the order of the keys; after a problem what was typed before it was seen is dropped.
let queue = Promise.resolve(), round = 0;
const then = (what) => {
  const mine = round;
  queue = queue.then(async () => {
    if (mine !== round) return;
    try {
      await what();
      problem.hidden = true;
    } catch (error) {
      round += 1;
      mark(said);
      status.textContent = "";
      problem.textContent = error.message;
      problem.hidden = false;
      problem.scrollIntoView({ block: "nearest" });
    }
  });
};

const mark = (themes) => {
  said = themes;
  for (const choice of choices) choice.checked = Boolean(said?.includes(choice.value));
  at("none").setAttribute("aria-pressed", String(said !== null && said.length === 0));
};

const count = (found) => {
  total = found.total;
  at("labelled").textContent = filled(say.labelled, found);
  at("progress").max = total;
  at("progress").value = found.labelled;
};

const element = (tag, text, className) => {
  const made = document.createElement(tag);
  made.textContent = text;
  if (className) made.className = className;
  return made;
};

const drawn = (one) => {
  const block = document.createElement("div");
  block.className = one.kind === "boilerplate" ? "block furniture" : "block";
  const text = element(one.heading ? "h3" : "p", one.text, "text");
  text.dir = one.direction;
  if (one.language) text.lang = one.language;
  block.append(text);
  if (one.asked) {
    block.id = "asked";
    block.tabIndex = -1;
    block.setAttribute("role", "group");
    block.setAttribute("aria-label", at("place").textContent);
    text.id = "text";
    block.setAttribute("aria-describedby", "text");
  } else if (one.said) {
    block.append(element("p", filled(say.you_said, { themes: named(one.said) }), "dim text"));
  }
  return block;
};

const show = async (wanted) => {
  const found = await ask("block", { number: wanted });
  number = wanted;
  count(found);
  at("place").textContent = filled(say.place, { number: number + 1, total });
  at("document").textContent = found.document;
  const more = (blocks) => (blocks ? [element("p", filled(say.more, { blocks }), "more dim")] : []);
  at("around").replaceChildren(...more(found.more.before), ...found.blocks.map(drawn), ...more(found.more.after));
  mark(found.said);
  const block = at("asked");
  block.focus({ preventScroll: true });
  const room = at("panel").getBoundingClientRect();
  const free = room.top > innerHeight / 3 ? room.top : innerHeight;
  const height = block.getBoundingClientRect().height;
  scrollTo({ top: scrollY + block.getBoundingClientRect().top - Math.max(16, (free - height) / 2.5) });
};

const label = async (themes) => {
  const found = await ask("label", { number, themes });
  undone.push({ number, before: found.before });
  count(found);
  mark(found.said);
  status.textContent = found.said === null ? say.taken_back : filled(say.saved, { themes: named(found.said) });
};

const toggle = async (theme) => {
  const themes = said?.includes(theme) ? said.filter((one) => one !== theme) : [...(said ?? []), theme];
  await label(themes.length ? themes : null);
};

const next = async () => {
  if (number + 1 < total) return show(number + 1);
  const found = await ask("open");
  if (found.labelled < total) await show(found.first);
  const left = total - found.labelled;
  status.textContent = filled(left ? say.left : say.all_done, { left, total });
};

const none = async () => {
  await label([]);
  await next();
};

const undo = async () => {
  const last = undone.at(-1);
  if (!last) {
    status.textContent = say.nothing_to_undo;
    return;
  }
  await ask("label", { number: last.number, themes: last.before });
  undone.pop();
  await show(last.number);
  status.textContent = say.is_undone;
};

const previous = async () => { if (number > 0) await show(number - 1); };

const begin = async (name) => {
  annotator = name;
  const found = await ask("open");
  annotator = found.annotator;
  undone = [];
  sessionStorage.setItem("annotator", annotator);
  at("name").textContent = annotator;
  at("by").hidden = labelling.hidden = false;
  form.hidden = true;
  await show(found.first);
  status.textContent = found.labelled === found.total ? filled(say.all_done, found) : say.hint;
};

const askWho = () => {
  sessionStorage.removeItem("annotator");
  at("by").hidden = labelling.hidden = true;
  form.hidden = false;
  at("annotator").value = "";
  at("annotator").focus();
};

const DIGIT = /^(?:Digit|Numpad)(\d)$/;
// The key that is meant, whatever the keyboard writes: digits above French letters, Arabic letters and digits.
const meant = (event) => {
  const digit = DIGIT.exec(event.code);
  if (event.key === "?" || event.key === "؟") return "?";
  if (digit) return digit[1];
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(event.code);
  return letter ? letter[1].toLowerCase() : event.key;
};
const rightToLeft = document.documentElement.dir === "rtl";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat && event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  if (labelling.hidden || !at("keys").checked && event.key !== "Enter") return;
  const key = meant(event);
  if (help.open) {
    if (key === "?") { event.preventDefault(); help.close(); }
    return;
  }
  if (key === "Enter" && event.target.closest("button")) return;
  const choice = choices.find((one) => one.dataset.key === key);
  const [forward, back] = rightToLeft ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
  const does = choice ? () => toggle(choice.value)
    : { n: none, 0: none, Enter: next, [forward]: next, [back]: previous, u: undo }[key];
  if (does) { event.preventDefault(); then(does); }
  if (key === "?") { event.preventDefault(); help.showModal(); }
});
for (const choice of choices) choice.addEventListener("change", () => then(() => toggle(choice.value)));
for (const [id, does] of Object.entries({ none, next, previous, undo })) at(id).addEventListener("click", () => then(does));
at("ask").addEventListener("click", () => help.showModal());
at("change").addEventListener("click", askWho);
form.addEventListener("submit", (event) => { event.preventDefault(); const { value } = at("annotator"); then(() => begin(value)); });

const known = sessionStorage.getItem("annotator") || at("annotator").value;
if (known) then(() => begin(known));
else askWho();
