// ref: node
// A date that is set to what is no number, or too far, is no date; one that is none stays so, but for a year.
const values = [NaN, Infinity, -Infinity, undefined, "x", 1e30, null, "5", 2.9];
const setters = ["setFullYear", "setMonth", "setDate", "setHours", "setMinutes", "setSeconds", "setMilliseconds", "setTime"].flatMap((s) => s === "setTime" ? [s] : [s, s.replace("set", "setUTC")]);
for (const set of setters) {
  console.log(set, values.map((v) => {
    const d = new Date(2024, 1, 29, 12), result = d[set](v);
    return Object.is(result, d.getTime()) ? String(result) : `${result}, but ${d.getTime()}`;
  }).join(" "));
  const none = new Date(NaN);
  none[set](5);
  console.log(set, "of none:", String(none.getTime()), new Date(0)[set]());
}
const d = new Date(0);
d.setUTCSeconds(NaN);
d.setUTCSeconds(30);
console.log(d.getTime(), String(d));
for (const ms of [-62198755200000, -64346238848000, -62135596800001]) console.log(new Date(ms).toLocaleString("en-US", { timeZone: "UTC" }), new Date(ms).toLocaleDateString("en-GB", { timeZone: "UTC" }));
