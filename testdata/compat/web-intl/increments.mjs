// Rounding to increments, numbers that no number is as large or small as, and locales with extensions.
const show = (v, options) => {
  try {
    return new Intl.NumberFormat("en-US", options).format(v);
  } catch (e) {
    return `${e.name}: ${e.message}`;
  }
};
for (const roundingIncrement of [1, 2, 5, 25, 50, 5000]) {
  for (const places of [0, 1, 2, 3]) {
    for (const roundingMode of ["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"]) {
      const options = { roundingIncrement, roundingMode, minimumFractionDigits: places, maximumFractionDigits: places };
      console.log(roundingIncrement, places, roundingMode, [0, -0, 1.23, 1.25, -1.125, 0.01, -0.001, 1234.5678, 7.5, -12.5, 2500, "0.0000000001", "-123456789012345678901.5", 1e21].map((v) => show(v, options)).join(" "));
    }
  }
}
console.log(show(1.23, { roundingIncrement: 5, style: "currency", currency: "USD" }), show(0.1234, { roundingIncrement: 5, style: "percent" }), show(1.23, { roundingIncrement: 5 }));
console.log(show(1.23, { roundingIncrement: 5, maximumSignificantDigits: 2 }), show(1.23, { roundingIncrement: 5, maximumFractionDigits: 1 }), show(1, { roundingIncrement: 3 }));
console.log(new Intl.NumberFormat("en", { roundingIncrement: 10 }).resolvedOptions().maximumFractionDigits);

for (const v of ["1e308", "1e309", "-1e400", "1e-400", "-1e-400", "9".repeat(400), "1e9999999", "-1e-9999999", "123456789012345678901234567890.5"]) {
  const text = show(v);
  console.log(v.slice(0, 20), text.length, text.slice(0, 20));
}

for (const tag of ["en-US-u-hc-h12", "de-DE-u-co-phonebk", "zh-u-nu-latn", "en-Latn-US-u-ca-gregory-hc-h23"]) {
  const locale = new Intl.Locale(tag);
  console.log(tag, `${locale.maximize()}`, `${locale.minimize()}`, locale.maximize().hourCycle, locale.minimize().baseName);
}

// Nothing comes from Object.prototype.
Object.prototype.maximumSignificantDigits = 1;
Object.prototype.compactRounding = true;
const format = new Intl.NumberFormat("en-US", Object.assign(Object.create(null), { maximumFractionDigits: 2 }));
const rules = new Intl.PluralRules("en", Object.create(null));
delete Object.prototype.maximumSignificantDigits;
console.log(format.format(123.456), rules.resolvedOptions().maximumFractionDigits);
