// Instants and zones: offsets, gaps and overlaps, transitions, calendars, and the texts of Intl.

function show(what: string, f: () => unknown): void {
  try {
    const v = f();
    console.log(`${what}:`, typeof v === "object" && v !== null && "toJSON" in v ? String(v) : typeof v === "bigint" ? `${v}n` : JSON.stringify(v));
  } catch (e: any) {
    console.log(`${what}: ${e.name}`);
  }
}

const instant = Temporal.Instant.from("2026-03-29T00:59:59.999999999Z");
show("nanoseconds", () => instant.epochNanoseconds);
show("milliseconds", () => instant.epochMilliseconds);
show("a nanosecond later", () => instant.add({ nanoseconds: 1 }));
show("in a zone", () => instant.toZonedDateTimeISO("Europe/Berlin").add({ nanoseconds: 1 }));
show("with an offset", () => instant.toString({ timeZone: "America/St_Johns" }));
show("of a Date", () => new Date(1e12).toTemporalInstant());
show("days of an instant", () => instant.add({ days: 1 }));
show("rounded", () => instant.round({ smallestUnit: "hour", roundingMode: "ceil" }));
show("between", () => instant.until("2026-12-31T00:00Z", { largestUnit: "hour" }));

const gap = { year: 2026, month: 3, day: 29, hour: 2, minute: 30, timeZone: "Europe/Berlin" };
for (const disambiguation of ["compatible", "earlier", "later", "reject"] as const) show(`gap, ${disambiguation}`, () => Temporal.ZonedDateTime.from(gap, { disambiguation }));
const twice = { year: 2026, month: 11, day: 1, hour: 1, minute: 30, timeZone: "America/New_York" };
for (const disambiguation of ["compatible", "earlier", "later", "reject"] as const) show(`twice, ${disambiguation}`, () => Temporal.ZonedDateTime.from(twice, { disambiguation }));
show("wrong offset", () => Temporal.ZonedDateTime.from("2026-07-01T00:00-04:00[Europe/Berlin]"));
show("offset used", () => Temporal.ZonedDateTime.from("2026-07-01T00:00-04:00[Europe/Berlin]", { offset: "use" }));

const noon = Temporal.ZonedDateTime.from("2026-03-28T12:00[Europe/Berlin]");
show("a day later", () => noon.add({ days: 1 }));
show("24 hours later", () => noon.add({ hours: 24 }));
show("hours in the day", () => [noon.hoursInDay, noon.add({ days: 1 }).hoursInDay]);
show("start of the day", () => Temporal.ZonedDateTime.from("2018-11-04T12:00[America/Sao_Paulo]").startOfDay());
show("elsewhere", () => noon.withTimeZone("Asia/Kathmandu"));
show("offset", () => [noon.offset, noon.offsetNanoseconds, noon.timeZoneId]);
show("next change", () => noon.getTimeZoneTransition("next"));
show("last change", () => noon.getTimeZoneTransition("previous"));
show("no change", () => noon.withTimeZone("UTC").getTimeZoneTransition("next"));
show("long ago", () => Temporal.ZonedDateTime.from("1883-11-18T12:00[America/New_York]").getTimeZoneTransition("previous"));
show("before the first", () => Temporal.ZonedDateTime.from("1850-01-01T00:00[Europe/Paris]").offset);
show("until in days", () => noon.until("2026-04-01T11:00[Europe/Berlin]", { largestUnit: "day" }));
show("a fixed offset", () => Temporal.ZonedDateTime.from("2026-01-01T00:00[+05:30]"));
show("no such zone", () => Temporal.ZonedDateTime.from("2026-01-01T00:00[Mars/Olympus]"));
show("its name", () => Temporal.ZonedDateTime.from("2026-01-01T00:00[europe/LONDON]").timeZoneId);
show("same zone", () => Temporal.ZonedDateTime.from("2026-01-01T00:00[Asia/Calcutta]").equals("2026-01-01T00:00[Asia/Kolkata]"));
show("now", () => [Temporal.Now.timeZoneId(), Temporal.Now.zonedDateTimeISO().timeZoneId, typeof Temporal.Now.instant().epochNanoseconds]);

const day = Temporal.PlainDate.from("2026-11-29");
for (const calendar of ["gregory", "buddhist", "japanese", "roc", "coptic", "ethiopic", "hebrew", "indian", "islamic-civil", "persian"]) {
  show(calendar, () => {
    const d = day.withCalendar(calendar);
    return [d.year, d.month, d.monthCode, d.day, d.daysInMonth, String(d)];
  });
}
show("no such calendar", () => day.withCalendar("discordian"));

show("date", () => day.toLocaleString("en-US"));
show("date in full", () => day.toLocaleString("en-US", { dateStyle: "full" }));
show("time", () => Temporal.PlainTime.from("13:05").toLocaleString("en-US", { timeStyle: "short" }));
show("zoned", () => noon.toLocaleString("en-US"));
show("month", () => Temporal.PlainYearMonth.from("2026-02").toLocaleString("en-US", { calendar: "iso8601" }));
const format = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeZone: "America/New_York" });
show("format", () => [format.format(day), format.format(instant)]);
show("parts", () => format.formatToParts(day).map((p) => p.type));
show("range", () => format.formatRange(day, day.add({ days: 3 })).replaceAll("\u2009", " ")); // as Node has it
show("mixed range", () => format.formatRange(day, instant as any));
show("a zoned one", () => format.format(noon as any));
show("iso", () => [new Intl.DateTimeFormat("en", { calendar: "iso8601", timeZone: "UTC" }).format(0), new Intl.DateTimeFormat("en-u-ca-iso8601").resolvedOptions().calendar]);
show("iso month", () => new Intl.DateTimeFormat("en", { calendar: "iso8601", year: "numeric", month: "2-digit" }).format(Temporal.PlainYearMonth.from("2026-02")));
show("no iso month", () => new Intl.DateTimeFormat("en").format(Temporal.PlainYearMonth.from("2026-02")));
show("locales", () => [Intl.getCanonicalLocales(["fullwide", "xx-yy", "EN-us"]), (2 ** 70).toLocaleString("fullwide", { useGrouping: false })]);
