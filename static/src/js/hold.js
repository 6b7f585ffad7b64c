// What somebody has in their hand: from the press on, not from the first pull, no live answer is swapped in (live.js).
const held = (on) => () => document.documentElement.classList.toggle("held", on);
export const hold = { onChoose: held(true), onUnchoose: held(false) };
