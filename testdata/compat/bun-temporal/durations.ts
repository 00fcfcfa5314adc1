// Intl.DurationFormat, and what else Intl has of late.

function show(what: string, f: () => unknown): void {
  try {
    console.log(`${what}:`, JSON.stringify(f()));
  } catch (e: any) {
    console.log(`${what}: ${e.name}`);
  }
}
const D = (Intl as any).DurationFormat;
const format = (options: any, d: any) => new D("en-US", options).format(d);

const full = { years: 1, months: 2, weeks: 3, days: 4, hours: 5, minutes: 6, seconds: 7, milliseconds: 8, microseconds: 9, nanoseconds: 10 };
for (const style of ["long", "short", "narrow", "digital"]) {
  show(style, () => format({ style }, full));
  show(`${style}, one`, () => format({ style }, { days: 1, hours: 1 }));
  show(`${style}, nothing`, () => format({ style }, { hours: 0 }));
  show(`${style}, negative`, () => format({ style }, { hours: -1, minutes: -30, seconds: -5 }));
  show(`${style}, large`, () => format({ style }, { hours: 123456, seconds: 1 }));
}
show("default", () => new D("en").format({ hours: 2, minutes: 3 }));
show("an ISO text", () => format({ style: "long" }, "P1Y2M3DT4H5M6.789S"));
show("a Temporal one", () => format({}, Temporal.Duration.from("PT90M").round({ largestUnit: "hour" })));
show("clock with minutes first", () => format({ style: "digital", hoursDisplay: "auto" }, { minutes: 5, seconds: 7 }));
show("fraction", () => format({ style: "digital", fractionalDigits: 3 }, { seconds: 7, milliseconds: 8 }));
show("long fraction", () => format({ seconds: "long", milliseconds: "numeric" }, { seconds: 1, milliseconds: 20, nanoseconds: 3 }));
show("milliseconds with a fraction", () => format({ milliseconds: "narrow", microseconds: "numeric" }, { milliseconds: 1, microseconds: 500 }));
show("hours as a number", () => format({ hours: "numeric" }, { days: 1, hours: 2, minutes: 3, seconds: 4 }));
show("two digits", () => format({ hours: "2-digit" }, { hours: 2, minutes: 3 }));
show("always", () => format({ style: "long", yearsDisplay: "always", secondsDisplay: "always" }, { minutes: 1 }));
show("nothing negative", () => format({ style: "digital" }, { seconds: -1 }));
show("parts", () => new D("en", { style: "narrow" }).formatToParts({ hours: 1, minutes: 2 }));
show("parts of a clock", () => new D("en", { style: "digital" }).formatToParts({ hours: 1, minutes: 2, seconds: 3, milliseconds: 4 }));
show("options", () => new D("en", { style: "digital", fractionalDigits: 2 }).resolvedOptions());
show("long options", () => new D("en", { style: "long" }).resolvedOptions());
show("long after a number", () => new D("en", { hours: "numeric", minutes: "long" }));
show("no such style", () => new D("en", { style: "tiny" }));
show("digits", () => new D("en", { fractionalDigits: 10 }));
show("mixed signs", () => format({}, { hours: 1, minutes: -1 }));
show("half an hour", () => format({}, { hours: 0.5 }));
show("empty", () => format({}, {}));
show("no duration", () => format({}, 5));
show("no text of one", () => format({}, "an hour"));
show("without new", () => D("en"));
show("options of another kind", () => new D("en", "long"));
show("toLocaleString", () => Temporal.Duration.from("P1DT2H").toLocaleString("en-US", { style: "long" }));
show("supported", () => D.supportedLocalesOf(["en-GB", "fullwide"]).length > 0);
show("tag", () => Object.prototype.toString.call(new D()));
