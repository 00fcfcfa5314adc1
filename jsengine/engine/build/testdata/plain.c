/* Runs a module in the engine as its authors publish it: what the programs of
 * jsengine/testdata/conformance are compared with. Prints what console.log is given.
 * Usage: plain folder program.js */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "quickjs.h"

static const char *folder;

static const char prelude[] =
    "globalThis.console = { log: (s) => __print(String(s)) };\n"
    "globalThis.process = { nextTick: (f) => queueMicrotask(f) };\n"
    "const timers = [];\n"
    "let now = 0, n = 0;\n"
    "globalThis.setTimeout = (f, ms = 0, ...args) => {\n"
    "  timers.push({ at: now + Math.max(ms, 1), n: n++, f: () => f(...args) });\n"
    "  timers.sort((a, b) => a.at - b.at || a.n - b.n);\n"
    "};\n"
    "globalThis.__turn = () => {\n"
    "  if (timers.length === 0) return false;\n"
    "  const t = timers.shift();\n"
    "  now = t.at;\n"
    "  t.f();\n"
    "  return true;\n"
    "};\n";

static void fail(JSContext *ctx, const char *what)
{
    JSValue e = JS_GetException(ctx), stack = JS_GetPropertyStr(ctx, e, "stack");
    const char *text = JS_ToCString(ctx, e), *at = JS_ToCString(ctx, stack);
    fprintf(stderr, "%s: %s\n%s", what, text ? text : "?", at ? at : "");
    exit(1);
}

static char *read_file(const char *name, size_t *n)
{
    char path[4096], *text;
    FILE *f;
    snprintf(path, sizeof(path), "%s/%.*s", folder, (int)strcspn(name, "?"), name);
    f = fopen(path, "rb");
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    *n = ftell(f);
    rewind(f);
    text = calloc(1, *n + 1);
    if (fread(text, 1, *n, f) != *n)
        abort();
    fclose(f);
    return text;
}

static JSValue print(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    const char *s = JS_ToCString(ctx, argv[0]);
    puts(s);
    JS_FreeCString(ctx, s);
    return JS_UNDEFINED;
}

static JSValue clone(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv)
{
    size_t n;
    uint8_t *b = JS_WriteObject(ctx, &n, argv[0], JS_WRITE_OBJ_REFERENCE);
    JSValue v = b ? JS_ReadObject(ctx, b, n, JS_READ_OBJ_REFERENCE) : JS_EXCEPTION;
    js_free(ctx, b);
    return v;
}

static int attributes(JSContext *ctx, void *opaque, JSValueConst attributes) { return 0; }

/* A module's name says its type, as one file may be several modules. */
static char *normalize(JSContext *ctx, const char *base, const char *name, JSValueConst attributes, void *opaque)
{
    char out[256];
    JSValue v = JS_IsObject(attributes) ? JS_GetPropertyStr(ctx, attributes, "type") : JS_UNDEFINED;
    const char *type = JS_IsString(v) ? JS_ToCString(ctx, v) : NULL;
    if (!strncmp(name, "./", 2))
        name += 2;
    snprintf(out, sizeof(out), "%s%s%s", name, type ? "?" : "", type ? type : "");
    JS_FreeCString(ctx, type);
    JS_FreeValue(ctx, v);
    return js_strdup(ctx, out);
}

static JSModuleDef *load(JSContext *ctx, const char *name, void *opaque, JSValueConst attributes)
{
    const char *type = strchr(name, '?');
    size_t n;
    char *text = read_file(name, &n), *source = text;
    JSValue f;
    JSModuleDef *m;
    if (!text) {
        JS_ThrowReferenceError(ctx, "no module %s", name);
        return NULL;
    }
    if (type) {
        size_t len = 64;
        source = malloc(8 * n + 128);
        len = sprintf(source, "const bytes = new Uint8Array([");
        for (size_t i = 0; i < n; i++)
            len += sprintf(source + len, "%d,", (uint8_t)text[i]);
        len += sprintf(source + len, "]), text = String.fromCharCode(...bytes);\nexport default %s;",
                       !strcmp(type, "?json") ? "JSON.parse(text)" : !strcmp(type, "?text") ? "text" : "bytes");
        n = len;
    }
    f = JS_Eval(ctx, source, n, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    if (JS_IsException(f))
        return NULL;
    m = JS_VALUE_GET_PTR(f);
    JS_FreeValue(ctx, f);
    return m;
}

static void *shared_alloc(void *opaque, size_t n)
{
    size_t *p = calloc(1, n + 16);
    *p = 1;
    return p + 2;
}
static void shared_free(void *opaque, void *p)
{
    size_t *count = (size_t *)p - 2;
    if (--*count == 0)
        free(count);
}
static void shared_dup(void *opaque, void *p) { ++*((size_t *)p - 2); }

int main(int argc, char **argv)
{
    JSRuntime *rt = JS_NewRuntime();
    JSContext *ctx = JS_NewContext(rt), *job;
    JSSharedArrayBufferFunctions shared = { shared_alloc, shared_free, shared_dup, NULL };
    JSValue global, turn, v, more;
    size_t n;
    char *text;
    folder = argv[1];
    JS_SetSharedArrayBufferFunctions(rt, &shared);
    JS_SetModuleLoaderFunc2(rt, NULL, load, attributes, NULL);
    JS_SetModuleNormalizeFunc2(rt, normalize);
    JS_AddIntrinsicDOMException(ctx);
    global = JS_GetGlobalObject(ctx);
    JS_SetPropertyStr(ctx, global, "__print", JS_NewCFunction(ctx, print, "print", 1));
    JS_SetPropertyStr(ctx, global, "structuredClone", JS_NewCFunction(ctx, clone, "structuredClone", 1));
    if (JS_IsException(JS_Eval(ctx, prelude, strlen(prelude), "prelude", 0)))
        fail(ctx, "prelude");
    turn = JS_GetPropertyStr(ctx, global, "__turn");
    text = read_file(argv[2], &n);
    if (!text)
        return 1;
    v = JS_Eval(ctx, text, n, argv[2], JS_EVAL_TYPE_MODULE);
    if (JS_IsException(v))
        fail(ctx, argv[2]);
    do {
        int r;
        while ((r = JS_ExecutePendingJob(rt, &job)) > 0)
            ;
        if (r < 0)
            fail(job, "job");
        more = JS_Call(ctx, turn, JS_UNDEFINED, 0, NULL);
        if (JS_IsException(more))
            fail(ctx, "timer");
    } while (JS_ToBool(ctx, more));
    switch (JS_PromiseState(ctx, v)) {
    case JS_PROMISE_REJECTED:
        JS_Throw(ctx, JS_PromiseResult(ctx, v));
        fail(ctx, argv[2]);
    case JS_PROMISE_FULFILLED:
        return 0;
    default:
        fprintf(stderr, "%s does not end\n", argv[2]);
        return 13;
    }
}
