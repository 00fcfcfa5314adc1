// The guest's runtime library: what a program sees beyond ECMAScript.
//
// esbuild bundles this file; the bundle is evaluated once, when the image is made,
// and hands the engine its hooks. Nothing here may read what belongs to an
// instance: main() does that, in the instance.

import "./core.ts";
import "./web/index.ts";
import "./intl/index.ts";
import "./intl/temporal.ts";
import "./node/index.ts";
import "./bun/index.ts";
import "./test/index.ts";
import { install } from "./start.ts";

install();
