// Colours of lab(), lch(), oklab() and oklch(), within and beyond what sRGB has.
const list = ["lab(50% 40 59.5)", "lab(50% 10 20)", "lab(30% 10 20)", "lab(70% -40 20)", "lab(50% 40 59.5 / 50%)", "lab(10% 50 50)", "lab(45% 86 -86)", "lab(55% 86 86)", "lab(100% 0 0)", "lab(0% 0 0)", "lab(-10% 0 0)", "LAB(50%  40  59.5)",
  "lch(50% 40 59.5)", "lch(50% 10 20deg)", "lch(40% 20 0.5turn)", "lch(60% 100 123)", "lch(50% 150 300)", "oklab(50% 0.1 0.1)", "oklab(40% -0.1 0.05)", "oklab(60% 0.25 0.1)", "oklch(50% 0.1 100)", "oklch(70% 0.2 200)", "oklch(70% 0.4 30)", "oklch(90% 0.3 140)"];
for (const v of list) console.log(v, Bun.color(v, "hsl"), Bun.color(v, "rgba"), Bun.color(v, "hex"), JSON.stringify(Bun.color(v, "[rgba]")), Bun.color(v, "number"));
