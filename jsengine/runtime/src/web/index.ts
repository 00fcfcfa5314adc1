// Imports every file of this folder for its effect: globals and builtin modules.
import "./streams.ts";
import "./blob.ts";
import "./formdata.ts";
import "./fetch.ts";
import "../crypto.ts";
import "./urlpattern.ts";
import "./websocket.ts";
import "./compression.ts";
import "./messaging.ts";
import "./scope.ts";
import "./wasm.ts";
