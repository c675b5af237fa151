"use strict";
const form = document.getElementById("filters");
const blocks = [...document.querySelectorAll(".block")];
const articles = [...document.querySelectorAll("article")];
const asked = form.elements;
const texts = new Map();
const textOf = (block) => {
  if (!texts.has(block)) texts.set(block, block.querySelector(".text").textContent.toLocaleLowerCase());
  return texts.get(block);
};
const apply = () => {
  const theme = asked.theme.value, language = asked.language.value, kind = asked.kind.value;
  const least = parseFloat(asked.score.value) || 0, text = asked.text.value.trim().toLocaleLowerCase();
  let shown = 0;
  for (const block of blocks) {
    const { t, s, l, k } = block.dataset;
    const scores = s ? s.split(" ").map(Number) : [], themes = t ? t.split(" ") : [];
    const best = theme ? (themes.includes(theme) ? scores[themes.indexOf(theme)] : -1) : Math.max(-1, ...scores);
    block.hidden = !((!theme || best >= 0) && (!least || best >= least) && (!language || l === language)
      && (!kind || k === kind) && (!asked.filed.checked || t) && (!asked.doubtful.checked || "d" in block.dataset)
      && (!text || textOf(block).includes(text)));
    shown += !block.hidden;
  }
  for (const article of articles) article.hidden = !article.querySelector(".block:not([hidden])");
  document.getElementById("shown").textContent = shown.toLocaleString(document.documentElement.lang);
};
let later;
form.addEventListener("input", () => { clearTimeout(later); later = setTimeout(apply, 120); });
form.addEventListener("reset", () => setTimeout(apply));
form.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
form.hidden = false;
apply();
