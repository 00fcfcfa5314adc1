// Date in the zone that TZ names, around its changes. What zones are called in full is Intl's.
const show = (d) => [d.getFullYear(), d.getMonth() + 1, d.getDate(), d.getDay(), d.getHours(), d.getMinutes(), d.getTimezoneOffset()].join(" ");
for (const zone of ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo"]) {
  process.env.TZ = zone;
  console.log(zone, "|", String(new Date(0)).replace(/ \(.*/, ""), "|", new Date(1720000000000).toString().replace(/ \(.*/, ""));
  for (const t of [0, 1e12, 1.7e12, 1711846799999, 1711846800000, 1729990799999, 1729990800000, -1e11, 4e12, 1325203200000]) console.log(zone, t, show(new Date(t)));
  console.log(zone, "of parts", new Date(2024, 2, 31, 2, 30).getTime(), new Date(2024, 9, 27, 2, 30).getTime(), new Date(2024, 2, 10, 2, 30).getTime(), new Date(2024, 10, 3, 1, 30).getTime(), new Date(2000, 0, 1).getTime());
  console.log(zone, "parsed", Date.parse("2024-07-01T12:00"), Date.parse("2024-07-01"), Date.parse("2024-07-01T12:00Z"), Date.parse("Mon, 01 Jul 2024 12:00:00 GMT"), Date.parse("Jul 1 2024 12:00"));
  const d = new Date(2024, 2, 30, 12);
  d.setDate(d.getDate() + 1);
  console.log(zone, "next day", d.getTime(), d.toISOString(), d.toLocaleString("en-US"));
  d.setHours(0, 0, 0, 0);
  console.log(zone, "midnight", d.getTime(), JSON.stringify(d), d.toDateString(), d.toTimeString().replace(/ \(.*/, ""));
  console.log(zone, "ends", show(new Date(8.64e15)), show(new Date(-8.64e15)).replace(/ -?\d+ -?\d+ -?\d+$/, ""), new Date(NaN).getTimezoneOffset());
}
delete process.env.TZ;
process.env.TZ = "Nowhere/Town";
console.log("unknown", new Date(0).getHours());
