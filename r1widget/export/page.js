// All folds at once, and folds on paper. Where scripts don't run, each fold is still one, and no button is shown.
const folds = [...document.querySelectorAll("details")];
const fold = open => folds.forEach(each => { each.open = open; });
const controls = document.querySelector(".controls");
if (folds.length) controls.hidden = false;
controls.querySelector(".unfold").onclick = () => fold(true);
controls.querySelector(".fold").onclick = () => fold(false);

// For browsers whose style sheets can't open a fold.
let closed = [];
addEventListener("beforeprint", () => {
  closed = document.getElementById("as-shown").checked ? [] : folds.filter(each => !each.open);
  for (const each of closed) each.open = true;
});
addEventListener("afterprint", () => {
  for (const each of closed) each.open = false;
});

// What can be scrolled can be scrolled by keys.
const reach = new ResizeObserver(entries => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const each of document.querySelectorAll("pre, .scroll")) reach.observe(each);
