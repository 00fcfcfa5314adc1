// Where the Englishes differ: lists and groups of digits.
const locales = ["en", "en-US", "en-GB", "en-AU", "en-CA", "en-IN", "en-NZ", "en-IE", "en-ZA"];
for (const locale of locales) {
  for (const type of ["conjunction", "disjunction", "unit"]) {
    for (const style of ["long", "short", "narrow"]) {
      if (locale === "en-IN" && type === "conjunction" && style === "narrow") continue;
      const list = new Intl.ListFormat(locale, { type, style });
      console.log(locale, type, style, list.format(["a", "b"]), list.formatToParts(["a", "b", "c"]).map((p) => p.value).join("|"));
    }
  }
}
for (const locale of ["en-US", "en-IN"]) {
  for (const v of [0, 999, 1000, 12345, 123456, 1234567.891, -98765432, 12345678901234567890n]) {
    console.log(locale, v.toLocaleString(locale), v.toLocaleString(locale, { style: "currency", currency: "INR" }), v.toLocaleString(locale, { useGrouping: false }), new Intl.NumberFormat(locale, { useGrouping: "min2" }).formatToParts(v).map((p) => p.value).join("|"));
  }
}
