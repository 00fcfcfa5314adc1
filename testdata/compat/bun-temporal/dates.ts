// Dates, times and durations: reading, arithmetic, comparison, rounding, errors.

function show(what: string, f: () => unknown): void {
  try {
    const v = f();
    console.log(`${what}:`, typeof v === "object" && v !== null && "toJSON" in v ? String(v) : typeof v === "bigint" ? `${v}n` : JSON.stringify(v));
  } catch (e: any) {
    console.log(`${what}: ${e.name}`);
  }
}

const date = Temporal.PlainDate.from("2024-02-29");
show("a year later", () => date.add({ years: 1 }));
show("not constrained", () => date.add({ years: 1 }, { overflow: "reject" }));
show("a month earlier", () => date.subtract("P1M"));
show("with", () => date.with({ day: 1, month: 12 }));
show("until", () => date.until("2026-11-29", { largestUnit: "year" }));
show("until in days", () => date.until("2026-11-29"));
show("since", () => date.since("2020-01-01", { largestUnit: "month", smallestUnit: "month", roundingMode: "halfExpand" }));
show("fields", () => [date.year, date.month, date.monthCode, date.day, date.dayOfWeek, date.dayOfYear, date.weekOfYear, date.yearOfWeek, date.daysInMonth, date.daysInYear, date.inLeapYear, date.calendarId, date.era]);
show("compare", () => ["2025-01-01", "2024-12-31", "2025-01-01"].map((d) => Temporal.PlainDate.from(d)).sort(Temporal.PlainDate.compare).map(String));
show("equals", () => date.equals("2024-02-29"));
show("no such day", () => Temporal.PlainDate.from({ year: 2023, month: 2, day: 29 }, { overflow: "reject" }));
show("constrained", () => Temporal.PlainDate.from({ year: 2023, month: 2, day: 29 }));
show("missing", () => Temporal.PlainDate.from({ year: 2023 } as any));
show("nonsense", () => Temporal.PlainDate.from("yesterday"));
show("the last day", () => new Temporal.PlainDate(275760, 9, 13));
show("and one more", () => new Temporal.PlainDate(275760, 9, 14));
show("valueOf", () => (date as any) < (date as any));
show("week", () => Temporal.PlainDate.from("2026-W01"));

const time = Temporal.PlainTime.from("23:59:59.123456789");
show("a second later", () => time.add({ seconds: 1 }));
show("rounded", () => time.round({ smallestUnit: "minute" }));
show("in text", () => time.toString({ fractionalSecondDigits: 3 }));
show("parts", () => [time.hour, time.minute, time.second, time.millisecond, time.microsecond, time.nanosecond]);

const both = Temporal.PlainDateTime.from("2026-11-29T13:30:45.5");
show("date and time", () => both);
show("floor of ten minutes", () => both.round({ smallestUnit: "minute", roundingIncrement: 10, roundingMode: "floor" }));
show("only the date", () => both.toPlainDate());
show("difference", () => both.until("2027-01-01", { largestUnit: "month" }));

const month = Temporal.PlainYearMonth.from("2026-02");
show("days in it", () => month.daysInMonth);
show("its last day", () => month.toPlainDate({ day: 31 }));
const birthday = Temporal.PlainMonthDay.from({ month: 2, day: 29 });
show("birthday", () => [String(birthday), String(birthday.toPlainDate({ year: 2025 }))]);

const duration = Temporal.Duration.from({ hours: 50, minutes: 130, milliseconds: 1500 });
show("duration", () => duration);
show("balanced", () => duration.round({ largestUnit: "day" }));
show("total", () => duration.total("minutes"));
show("relative", () => Temporal.Duration.from("P1M15D").total({ unit: "day", relativeTo: "2026-02-01" }));
show("years without a start", () => Temporal.Duration.from("P1Y").total("day"));
show("negated", () => duration.negated());
show("mixed signs", () => Temporal.Duration.from({ hours: 1, minutes: -1 }));
show("fraction", () => Temporal.Duration.from("PT1.123456789S").milliseconds);
show("large", () => Temporal.Duration.from({ seconds: Number.MAX_SAFE_INTEGER }));
show("compare durations", () => Temporal.Duration.compare("PT24H", "P1D"));

class Day extends Temporal.PlainDate {}
show("a subclass", () => [new Day(2026, 1, 1) instanceof Day, new Day(2026, 1, 1).add({ days: 1 }) instanceof Day]);
show("in JSON", () => ({ date, time, duration }));
show("tags", () => [Temporal, date, duration, Temporal.Now].map((v) => Object.prototype.toString.call(v)));
show("lengths", () => [Temporal.PlainDate.length, Temporal.PlainDate.from.length, Temporal.Instant.name, Object.keys(Temporal).length]);
show("not a date", () => Temporal.PlainDate.prototype.add.call({} as any, "P1D"));
show("without new", () => (Temporal.PlainDate as any)(2026, 1, 1));
show("cloned", () => structuredClone(date));
