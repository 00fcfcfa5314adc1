// Ranges of dates where the day is first, of amounts, and what a locale's extension asks of a collator.
const day = 86400000;
for (const locale of ["en-GB", "en-AU", "en-IN", "en-US"]) {
  for (const options of [{ dateStyle: "medium" }, { dateStyle: "long" }, { month: "short", day: "numeric" }]) {
    const f = new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
    console.log(locale, f.formatRange(0, 5 * day), f.formatRange(0, 40 * day), f.formatRange(0, 1));
  }
}
for (const options of [{ style: "currency", currency: "USD" }, { style: "currency", currency: "EUR", maximumFractionDigits: 0 }, { style: "percent" }, {}, { notation: "compact" }]) {
  const f = new Intl.NumberFormat("en", options);
  console.log(f.formatRange(3, 5), f.formatRange(3, 3), f.formatRange(-3, 5));
}
for (const [locale, options] of [["en-u-kn-true"], ["en-u-kn"], ["en-u-kn-kf-upper"], ["en-u-kf-lower"], ["en-u-kn-false"], ["en", { numeric: true }], ["en-u-kn", { numeric: true }]]) {
  const c = new Intl.Collator(locale, options);
  const { locale: name, numeric, caseFirst } = c.resolvedOptions();
  console.log(name, numeric, caseFirst, ["a10", "a2", "A2"].sort(c.compare), "10".localeCompare("9", locale, options));
}
