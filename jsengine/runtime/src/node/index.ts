// Imports every file of this folder for its effect: globals and builtin modules.
import "./events.ts";
import "./async_hooks.ts";
import "./buffer.ts";
import "./path.ts";
import "./querystring.ts";
import "./url.ts";
import "./util.ts";
import "./console.ts";
import "./fs.ts";
import "./assert.ts";
import "./os.ts";
import "./sqlite.ts";
import "./better_sqlite3.ts";
import "./string_decoder.ts";
import "./stream.ts";
