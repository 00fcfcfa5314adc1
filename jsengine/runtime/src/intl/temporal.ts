// Temporal, by temporal-polyfill (see engine/build/temporal.go). Like URLPattern it runs with
// the guest's own intrinsics.

import "./index.ts"; // Intl, which temporal-polyfill captures
import "./temporal_deps.ts"; // before temporal-polyfill
import { DateTimeFormat, Temporal, slotsOf, toTemporalInstant } from "temporal-polyfill/full/implementation";
import { Object_, ReflectGetPrototypeOf, globalObject, hide } from "../primordials.ts";
import { defineGlobal } from "../globals.ts";
import { uncloneable } from "../structured-clone.ts";
import { temporal } from "./datetime.ts";
import { type Fields, durations } from "./duration.ts";

temporal.Format = DateTimeFormat;
durations.read = (v: any): Fields => slotsOf(Temporal.Duration.from(v))![1] as Fields;
temporal.is = (v: any): boolean => slotsOf(v) !== undefined;
// A plain object is none, which saves looking it up in the table of each kind.
uncloneable((v) => `[object Temporal.${slotsOf(v)![0]}]`, (v) => ReflectGetPrototypeOf(v) !== Object_.prototype && temporal.is(v));
defineGlobal("Temporal", Temporal);
export { Temporal };
hide(globalObject.Date.prototype, "toTemporalInstant", toTemporalInstant);
