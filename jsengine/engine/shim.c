//go:build ignore

/* The boundary between QuickJS and the host.
 *
 * One export, bt_call, and one import, host. Values cross in the encoding of
 * package wire; what Go must know of the state after a call is in one struct at
 * a fixed address. Everything Go gives is trusted; what the guest's program
 * gives is not, and the host trusts nothing that comes out of here. */

#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>

#include "quickjs.h"

struct JSStackFrame;
struct JSString;
struct JSObject;
struct JSExportEntry;
/* Used by edits that the build tool makes in quickjs.c. */
static void bt_import_meta(JSContext *ctx, JSModuleDef *m);
static struct JSExportEntry *bt_open_export(JSModuleDef **pm, JSModuleDef *m, JSAtom name);
static bool bt_yet_unknown(JSModuleDef *m);
static void bt_no_export(JSModuleDef *from, int req, JSModuleDef *m, JSAtom name);
static void bt_explain(JSModuleDef *m, JSValueConst error);
static bool bt_hidden(const struct JSStackFrame *sf);
static JSValue bt_prepare(JSContext *ctx);
static JSValue bt_constructed(JSContext *ctx, JSValue error);
static JSValue bt_frames(JSContext *ctx, JSValueConst error, const char *frames, size_t len);
static bool bt_put_frames(JSContext *ctx, JSValueConst error, JSValue stack);
static JSValue bt_with_head(JSContext *ctx, JSValueConst error, JSValue stack);
static JSValue bt_inherited_stack(JSContext *ctx, JSObject *p);
static JSValue bt_own_stack(JSContext *ctx, JSObject *p);
static int bt_settle_stack(JSContext *ctx, JSObject *p, JSAtom prop);
static int bt_stack_first(JSContext *ctx, JSObject *p, JSPropertyEnum **names, uint32_t *len);
static bool bt_unsettled(JSObject *p, JSAtom prop);
static JSValue bt_read_stack(JSContext *ctx, JSValueConst error, JSValueConst frames);
static const char *bt_specifier(JSContext *ctx, JSValueConst v);
static JSValue bt_concat;  /* String.prototype.concat's function, for templates; no guest reaches it */
static bool bt_gc_always, bt_alone;
static bool bt_node; /* the program runs as Node would */
static size_t bt_gc_base, bt_gc_step; /* what the image holds, and the least that a program allocates between collections */
/* bt_gc_more is how much a program that holds size after a collection allocates before the next. */
static size_t bt_gc_more(size_t size)
{
    size_t half = size > bt_gc_base ? (size - bt_gc_base) >> 1 : 0;
    return half > bt_gc_step ? half : bt_gc_step;
}
static JSValue bt_context = JS_UNDEFINED; /* what asynchronous work carries along; only the runtime library reads it */
static JSValue js_promise_new(JSContext *ctx, JSValueConst new_target, JSValue *resolving_funcs);
static JSValue bt_settle(JSContext *ctx, JSValueConst promise, JSValueConst resolution, bool reject);
static JSValue bt_no_strings(JSContext *ctx);
static JSValue bt_json_parse(JSContext *ctx, JSValueConst text, bool revive);
static JSValue bt_json_stringify(JSContext *ctx, JSValueConst v, JSValueConst space);
static int bt_decimal(char *buf, double d);
static int bt_fixed(char *buf, double d, int places);
static bool bt_number(struct JSString *p, JSValue *v);
static int bt_copy(JSContext *ctx, JSValueConst target, struct JSObject *source, struct JSObject *excluded);
static bool bt_define(JSContext *ctx, JSValueConst obj, JSAtom atom, JSValue val);
static int bt_regexp_test(JSContext *ctx, JSValueConst rx, JSValueConst str);
static bool bt_regexp_match(JSContext *ctx, JSValueConst rx, JSValueConst str, JSValue *result);
static bool bt_regexp_replace(JSContext *ctx, JSValueConst rx, JSValueConst str, JSValueConst call, struct JSString *rep, JSValue *result);
static bool bt_regexp_split(JSContext *ctx, JSValueConst rx, JSValueConst str, JSValueConst limit, JSValue *result);
/* The last match of a realm's program, for RegExp.$1 and its like. */
typedef struct {
    struct JSString *subject; /* NULL before the first match; owned */
    JSValue input;            /* undefined unless it was set since */
    int groups;               /* at most 10, the match itself included */
    uint8_t *at[10][2], *last[2]; /* where they and the last group begin and end in subject, or NULL */
} bt_match;
static void bt_matched(JSContext *ctx, struct JSString *str, uint8_t **capture, int captures);
static void bt_match_free(JSContext *ctx);
static JSValue bt_match_get(JSContext *ctx, JSValueConst this_val, int magic);
static JSValue bt_match_set(JSContext *ctx, JSValueConst this_val, JSValueConst val, int magic);
enum { BT_MATCH_LAST = 10, BT_MATCH_LEFT, BT_MATCH_RIGHT, BT_MATCH_INPUT };
#define BT_MATCH_GETTER(name, what) JS_CGETSET_MAGIC_DEF(name, bt_match_get, bt_match_set, what),
#define BT_MATCH_GETTERS \
    BT_MATCH_GETTER("input", BT_MATCH_INPUT) BT_MATCH_GETTER("$_", BT_MATCH_INPUT) \
    BT_MATCH_GETTER("lastMatch", 0) BT_MATCH_GETTER("$&", 0) \
    BT_MATCH_GETTER("lastParen", BT_MATCH_LAST) BT_MATCH_GETTER("$+", BT_MATCH_LAST) \
    BT_MATCH_GETTER("leftContext", BT_MATCH_LEFT) BT_MATCH_GETTER("$`", BT_MATCH_LEFT) \
    BT_MATCH_GETTER("rightContext", BT_MATCH_RIGHT) BT_MATCH_GETTER("$'", BT_MATCH_RIGHT) \
    BT_MATCH_GETTER("$1", 1) BT_MATCH_GETTER("$2", 2) \
    BT_MATCH_GETTER("$3", 3) BT_MATCH_GETTER("$4", 4) \
    BT_MATCH_GETTER("$5", 5) BT_MATCH_GETTER("$6", 6) \
    BT_MATCH_GETTER("$7", 7) BT_MATCH_GETTER("$8", 8) \
    BT_MATCH_GETTER("$9", 9)
static void *wm_buffer_realloc(JSRuntime *rt, void *opaque, void *p, size_t size);
static int bt_zone(int64_t time), bt_zone_of_local(int64_t time);
/* Errors are made apart from where they are thrown: what runs keeps its small frame. */
#define BT_RARE __attribute__((noinline, cold))
BT_RARE static JSValue bt_no_read(JSContext *ctx, JSAtom prop, bool is_null);
static uint16_t **bt_levels; /* where to leave the depths of the stack that the check of bytecode found */
BT_RARE static JSValue bt_not_function(JSContext *ctx, JSValueConst f);
BT_RARE static JSValue bt_not_constructor(JSContext *ctx, JSValueConst f);
BT_RARE static JSValue bt_not_iterable(JSContext *ctx, JSValueConst v, bool async);
BT_RARE static JSValue bt_no_object(JSContext *ctx, JSValueConst v);
BT_RARE static JSValue bt_say(JSContext *ctx, const char *before, JSValueConst v, const char *after);
BT_RARE static JSValue bt_say_range(JSContext *ctx, const char *before, JSValueConst v, const char *after);
BT_RARE static int bt_say_prop(JSContext *ctx, int flags, const char *before, JSAtom prop, const char *middle, JSValueConst v, const char *after);
BT_RARE static int bt_read_only(JSContext *ctx, int flags, JSAtom prop, JSValueConst v);
BT_RARE static int bt_no_property(JSContext *ctx, int flags, JSAtom prop, JSValueConst v);
BT_RARE static JSValue bt_no_bigint(JSContext *ctx);
BT_RARE static JSValue bt_this_not(JSContext *ctx, const char *type);
BT_RARE static JSValue bt_no_text(JSContext *ctx);
BT_RARE static JSValue bt_no_object_given(JSContext *ctx);
BT_RARE static int bt_no_index(JSContext *ctx, JSValueConst v);
BT_RARE static JSValue bt_view_of(JSContext *ctx, JSClassID class_id, JSValueConst offset, bool starts);
BT_RARE static JSValue bt_circular(JSContext *ctx, JSValueConst stack, JSValueConst v);
BT_RARE static JSValue bt_no_flags(JSContext *ctx, JSValueConst flags);
BT_RARE static void bt_no_pattern(JSContext *ctx, const char *text, size_t n, JSValueConst flags, bool unicode, const char *why);
BT_RARE static JSValue bt_no_bigint_text(JSContext *ctx, JSValue text);
BT_RARE static JSValue bt_no_callback(JSContext *ctx, JSValueConst v);
BT_RARE static JSValue bt_wrong_class(JSContext *ctx, JSValueConst v, JSAtom name);
BT_RARE static JSValue bt_without_new(JSContext *ctx, JSValueConst f, bool is_class);

/* The source of a function that was read, and of those within it. */
struct bt_text {
    int refs, len;
    char data[];
};

struct JSArrayBuffer;
static void bt_refresh(struct JSArrayBuffer *a);
static bool bt_sab_grow(struct JSArrayBuffer *a, int64_t n);
static void bt_sab_gone(struct JSArrayBuffer *a);
static int bt_add_atomics(JSContext *ctx);

#include "quickjs.c"
#include "json.c"
#include "paths.c"
#include "regexp.c"
#include "words.c"

void malloc_freeze(void); /* malloc.c */

#define BT_EXPORT(name) __attribute__((export_name(name)))
__attribute__((import_module("buntime"), import_name("host")))
extern int32_t bt_host(int32_t op, const void *ptr, uint32_t len, void *out, uint32_t cap);

enum { /* bt_call */
    BT_INIT = 1, BT_BUNDLE, BT_FREEZE, BT_LOAD, BT_RUN, BT_TURN, BT_ALLOC, BT_ECHO, BT_COMPILE, BT_GC, BT_CODE,
};

enum { /* host: the first operation of the runtime library's own is BT_OP_FIRST */
    BT_OP_FETCH = 0, BT_OP_CANCEL, BT_OP_WRITE, BT_OP_RANDOM, BT_OP_RESOLVE, BT_OP_LOAD, BT_OP_COMPILED,
    BT_OP_FIRST = 16,
    BT_OP_ASYNC = 0x40000000,
};

enum { BT_WAITING = 0, BT_MORE = 1, BT_DONE = 2 }; /* state */
enum { BT_F_UNCAUGHT = 1, BT_F_OOM = 2, BT_F_EXIT = 4, BT_F_VALUE = 8, BT_F_UNSETTLED = 16, BT_F_SYNTAX = 32 }; /* flags */

#define BT_IO_SIZE (16 << 10)
#define BT_MAX_DEPTH 64
#define BT_PUMP 10000 /* jobs in one call */

/* Read by the host after each bt_call, at the address BT_INIT returned. */
static _Alignas(4096) struct {
    int32_t state;
    int32_t exit_code;
    uint32_t flags;
    int32_t refs;        /* what keeps the program alive */
    double next_timer;   /* -1: none */
    uint32_t value_ptr;  /* BT_F_VALUE: the default export's JSON, UTF-8 */
    uint32_t value_len;
    uint32_t code_ptr;   /* BT_F_UNCAUGHT: the error's code, if it is a short string */
    uint32_t code_len;
    uint8_t in[BT_IO_SIZE]; /* what the host passes; the host knows its offset, 40 */
    uint8_t io[BT_IO_SIZE]; /* what this side passes, and the answers */
} bt;

enum { /* hooks */
    HK_HOST, HK_TURN, HK_UNCAUGHT, HK_HANDLED, HK_BEFORE_EXIT, HK_EXIT, HK_BUILTIN, HK_CJS, HK_META, HK_ERROR, HK_MOCKED, HK_DEFAULT, HK_JSON, HK_EXPLAIN, HK_WAIT_ASYNC, HK_NOTIFIED, HK_COUNT,
};
static const char *const hook_names[HK_COUNT] = {
    "host", "onTurn", "onUncaught", "onHandled", "onBeforeExit", "onExit", "builtin", "requireCJS", "importMeta", "makeError", "mocked", "onDefault", "jsonModule", "explain", "waitAsync", "notified",
};

typedef struct {
    int32_t id; /* 0: free */
    bool ref;
    bool callback;
    JSValue resolve, reject; /* callback: resolve is done, reject undefined */
} bt_pending;

typedef struct {
    JSValue promise, reason;
    bool reported;
} bt_rejection;

static JSRuntime *rt;
static JSContext *ctx;
static JSValue hooks[HK_COUNT];
static JSAtom hidden_file, code_atom, es_module_atom;
static bool installed, io_busy, exiting, running;
static int runtime_refs;
static bt_pending *pending;
static int pending_count, pending_refs, pending_size;
static int32_t last_id;
static bt_rejection *rejections;
static int rejection_count, rejection_size;
static JSModuleDef *entry;
static JSValue entry_promise, entry_error;
static bool entry_done, value_seen;

/* What a promise's own functions do when they are called for the first time. */
static JSValue bt_settle(JSContext *c, JSValueConst promise, JSValueConst resolution, bool reject)
{
    JSValueConst args[3];
    JSValue then = JS_UNDEFINED;
    if (!reject && JS_IsObject(resolution)) {
        if (js_same_value(c, resolution, promise))
            then = JS_ThrowTypeError(c, "promise self resolution");
        else
            then = JS_GetProperty(c, resolution, JS_ATOM_then);
    }
    if (JS_IsException(then)) {
        then = JS_GetException(c);
        fulfill_or_reject_promise(c, promise, then, true);
    } else if (JS_IsFunction(c, then)) {
        args[0] = promise;
        args[1] = resolution;
        args[2] = then;
        JS_EnqueueJob(c, js_promise_resolve_thenable_job, 3, args);
    } else {
        fulfill_or_reject_promise(c, promise, resolution, reject);
    }
    JS_FreeValue(c, then);
    return JS_UNDEFINED;
}

/* ---- wire ---- */

enum {
    T_UNDEFINED, T_NULL, T_FALSE, T_TRUE, T_INT32, T_FLOAT64, T_BIGINT, T_LATIN1, T_UTF16, T_UTF8, T_BYTES, T_ARRAY, T_OBJECT, T_ERROR,
};

typedef struct {
    uint8_t *p;
    uint32_t n, cap;
    bool heap;
} bt_buf;

static void buf_init(bt_buf *b)
{
    b->n = 0;
    b->heap = io_busy;
    if (io_busy) {
        b->p = NULL;
        b->cap = 0;
    } else {
        io_busy = true;
        b->p = bt.io;
        b->cap = BT_IO_SIZE;
    }
}

static void buf_free(bt_buf *b)
{
    if (b->heap)
        js_free(ctx, b->p);
    if (!b->heap || b->p == bt.io)
        io_busy = false;
    b->p = NULL;
}

/* A buffer that outgrew bt.io gives it back at once. */
static int buf_room(bt_buf *b, uint64_t n)
{
    uint64_t want = (uint64_t)b->n + n;
    uint8_t *p;
    if (likely(want <= b->cap))
        return 0;
    if (want > INT32_MAX) {
        JS_ThrowRangeError(ctx, "value too large to pass to the host");
        return -1;
    }
    if (want < 2 * (uint64_t)b->cap)
        want = min_int64(2 * (uint64_t)b->cap, INT32_MAX);
    p = js_realloc(ctx, b->heap ? b->p : NULL, want);
    if (!p)
        return -1;
    if (!b->heap) {
        memcpy(p, b->p, b->n);
        b->heap = true;
        io_busy = false;
    }
    b->p = p;
    b->cap = want;
    return 0;
}

static int put_tag(bt_buf *b, uint8_t v)
{
    if (buf_room(b, 1))
        return -1;
    b->p[b->n++] = v;
    return 0;
}

static int put_raw(bt_buf *b, const void *p, uint64_t n)
{
    if (buf_room(b, n))
        return -1;
    if (n)
        memcpy(b->p + b->n, p, n);
    b->n += n;
    return 0;
}

static int put_len(bt_buf *b, uint8_t tag, uint32_t n)
{
    if (buf_room(b, 5))
        return -1;
    b->p[b->n] = tag;
    put_u32(b->p + b->n + 1, n);
    b->n += 5;
    return 0;
}

static int put_int(bt_buf *b, int32_t v) { return put_len(b, T_INT32, v); }

static int put_bytes(bt_buf *b, const void *p, uint32_t n)
{
    return put_len(b, T_BYTES, n) || put_raw(b, p, n) ? -1 : 0;
}

static int put_utf8(bt_buf *b, const char *s, uint32_t n)
{
    return put_len(b, T_UTF8, n) || put_raw(b, s, n) ? -1 : 0;
}

static int put_string(bt_buf *b, JSValueConst v)
{
    JSString *s;
    JSValue flat = JS_UNDEFINED;
    int r;
    if (JS_VALUE_GET_TAG(v) == JS_TAG_STRING_ROPE) {
        flat = js_linearize_string_rope(ctx, v); /* borrows v */
        if (JS_IsException(flat))
            return -1;
        v = flat;
    }
    s = JS_VALUE_GET_STRING(v);
    r = put_len(b, s->is_wide_char ? T_UTF16 : T_LATIN1, s->len);
    if (!r)
        r = put_raw(b, strv(s), (uint64_t)s->len << s->is_wide_char);
    JS_FreeValue(ctx, flat);
    return r;
}

/* The bytes of an ArrayBuffer or view. false: not one; a detached one has none. */
static bool view_of(JSValueConst v, uint8_t **pp, uint32_t *pn, JSObject **pbuf, uint32_t *poff)
{
    JSObject *p;
    JSTypedArray *ta;
    JSArrayBuffer *a;
    *pp = NULL;
    *pn = 0;
    if (JS_VALUE_GET_TAG(v) != JS_TAG_OBJECT)
        return false;
    p = JS_VALUE_GET_OBJ(v);
    if (p->class_id == JS_CLASS_ARRAY_BUFFER || p->class_id == JS_CLASS_SHARED_ARRAY_BUFFER) {
        a = p->u.array_buffer;
        if (pbuf) {
            *pbuf = p;
            *poff = 0;
        }
        if (!a->detached) {
            *pp = a->data;
            *pn = a->byte_length;
        }
        return true;
    }
    if (is_typed_array(p->class_id)) {
        ta = p->u.typed_array;
        if (pbuf) {
            *pbuf = ta->buffer;
            *poff = ta->offset;
        }
        if (!typed_array_is_oob(p)) {
            *pp = ta->buffer->u.array_buffer->data + ta->offset;
            *pn = p->u.array.count << typed_array_size_log2(p->class_id);
        }
        return true;
    }
    if (p->class_id == JS_CLASS_DATAVIEW) {
        ta = p->u.typed_array;
        a = ta->buffer->u.array_buffer;
        if (pbuf) {
            *pbuf = ta->buffer;
            *poff = ta->offset;
        }
        if (!dataview_is_oob(p)) {
            *pp = a->data + ta->offset;
            *pn = ta->track_rab ? a->byte_length - ta->offset : ta->length;
        }
        return true;
    }
    return false;
}

static int put_value(bt_buf *b, JSValueConst v, int depth);

static int put_props(bt_buf *b, JSValueConst v, int depth)
{
    JSPropertyEnum *tab;
    uint32_t n, i;
    JSValue e;
    int r;
    if (JS_GetOwnPropertyNames(ctx, &tab, &n, v, JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY))
        return -1;
    r = put_len(b, T_OBJECT, n);
    for (i = 0; i < n && !r; i++) {
        e = JS_AtomToString(ctx, tab[i].atom);
        r = JS_IsException(e) ? -1 : put_string(b, e);
        JS_FreeValue(ctx, e);
        if (r)
            break;
        e = JS_GetProperty(ctx, v, tab[i].atom);
        r = JS_IsException(e) ? -1 : put_value(b, e, depth + 1);
        JS_FreeValue(ctx, e);
    }
    JS_FreePropertyEnum(ctx, tab, n);
    return r;
}

static int put_named(bt_buf *b, JSValueConst v, JSAtom name)
{
    JSValue e = JS_GetProperty(ctx, v, name);
    int r;
    if (JS_IsException(e))
        return -1;
    if (JS_IsString(e))
        r = put_string(b, e);
    else
        r = put_len(b, T_LATIN1, 0);
    JS_FreeValue(ctx, e);
    return r;
}

static int put_value(bt_buf *b, JSValueConst v, int depth)
{
    JSObject *p;
    uint8_t *data;
    uint32_t n, i;
    JSValue e;
    int r;

    if (depth > BT_MAX_DEPTH) {
        JS_ThrowRangeError(ctx, "value nests too deep to pass to the host");
        return -1;
    }
    if (js_check_stack_overflow(rt, 0)) {
        JS_ThrowStackOverflow(ctx);
        return -1;
    }
    switch (JS_VALUE_GET_NORM_TAG(v)) {
    case JS_TAG_UNDEFINED:
        return put_tag(b, T_UNDEFINED);
    case JS_TAG_NULL:
        return put_tag(b, T_NULL);
    case JS_TAG_BOOL:
        return put_tag(b, JS_VALUE_GET_BOOL(v) ? T_TRUE : T_FALSE);
    case JS_TAG_INT:
        return put_int(b, JS_VALUE_GET_INT(v));
    case JS_TAG_FLOAT64: {
        double d = JS_VALUE_GET_FLOAT64(v);
        return put_tag(b, T_FLOAT64) || put_raw(b, &d, 8) ? -1 : 0;
    }
    case JS_TAG_SHORT_BIG_INT:
    case JS_TAG_BIG_INT: {
        size_t len;
        const char *s = JS_ToCStringLen(ctx, &len, v);
        if (!s)
            return -1;
        r = put_len(b, T_BIGINT, len) || put_raw(b, s, len) ? -1 : 0;
        JS_FreeCString(ctx, s);
        return r;
    }
    case JS_TAG_STRING:
    case JS_TAG_STRING_ROPE:
        return put_string(b, v);
    case JS_TAG_OBJECT:
        break;
    default:
        JS_ThrowTypeError(ctx, "value cannot be passed to the host");
        return -1;
    }
    if (view_of(v, &data, &n, NULL, NULL))
        return put_bytes(b, data, n);
    p = JS_VALUE_GET_OBJ(v);
    if (p->class_id == JS_CLASS_ARRAY) {
        int64_t len;
        if (js_get_length64(ctx, &len, v))
            return -1;
        if (len > INT32_MAX) {
            JS_ThrowRangeError(ctx, "array too long to pass to the host");
            return -1;
        }
        if (put_len(b, T_ARRAY, len))
            return -1;
        for (i = 0; i < len; i++) {
            e = JS_GetPropertyUint32(ctx, v, i);
            r = JS_IsException(e) ? -1 : put_value(b, e, depth + 1);
            JS_FreeValue(ctx, e);
            if (r)
                return -1;
        }
        return 0;
    }
    if (p->class_id == JS_CLASS_ERROR || p->class_id == JS_CLASS_DOM_EXCEPTION) {
        r = put_tag(b, T_ERROR) || put_named(b, v, JS_ATOM_name) || put_named(b, v, JS_ATOM_message) ||
            put_named(b, v, code_atom) || put_len(b, T_OBJECT, 0);
        return r ? -1 : 0;
    }
    if (JS_IsFunction(ctx, v)) {
        JS_ThrowTypeError(ctx, "a function cannot be passed to the host");
        return -1;
    }
    return put_props(b, v, depth);
}

typedef struct {
    const uint8_t *p, *end;
} bt_cur;

static JSValue wire_bad(void) { return JS_ThrowInternalError(ctx, "malformed value from the host"); }

static int get_len(bt_cur *c, uint32_t size, uint32_t *n)
{
    if (c->end - c->p < 4)
        goto bad;
    *n = get_u32(c->p);
    c->p += 4;
    if ((uint64_t)*n * size > (uint64_t)(c->end - c->p))
        goto bad;
    return 0;
bad:
    wire_bad();
    return -1;
}

static JSValue get_value(bt_cur *c, int depth);

/* Moves v into own property name of obj; frees v on failure as well. */
static int define(JSValueConst obj, const char *name, JSValue v)
{
    return JS_DefinePropertyValueStr(ctx, obj, name, v, JS_PROP_C_W_E) < 0 ? -1 : 0;
}

static int get_props(bt_cur *c, JSValueConst obj, int depth)
{
    uint32_t n, i;
    JSValue k, v;
    JSAtom a;
    if (c->p == c->end || *c->p++ != T_OBJECT) {
        wire_bad();
        return -1;
    }
    if (get_len(c, 6, &n))
        return -1;
    for (i = 0; i < n; i++) {
        k = get_value(c, depth + 1);
        if (JS_IsException(k))
            return -1;
        if (!JS_IsString(k)) {
            JS_FreeValue(ctx, k);
            wire_bad();
            return -1;
        }
        a = JS_ValueToAtom(ctx, k);
        JS_FreeValue(ctx, k);
        if (a == JS_ATOM_NULL)
            return -1;
        v = get_value(c, depth + 1);
        if (JS_IsException(v) || JS_DefinePropertyValue(ctx, obj, a, v, JS_PROP_C_W_E) < 0) {
            JS_FreeAtom(ctx, a);
            return -1;
        }
        JS_FreeAtom(ctx, a);
    }
    return 0;
}

static const char *const native_names[] = {
    "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError", "InternalError",
};
static const JSErrorEnum native_enums[] = {
    JS_EVAL_ERROR, JS_RANGE_ERROR, JS_REFERENCE_ERROR, JS_SYNTAX_ERROR, JS_TYPE_ERROR, JS_URI_ERROR, JS_INTERNAL_ERROR,
};

/* A new error of the given name. message is consumed. */
static JSValue new_error(const char *name, JSValue message)
{
    JSValue e, args[2];
    unsigned i;
    if (name[0] && strcmp(name, "Error")) {
        for (i = 0; i < countof(native_names); i++)
            if (!strcmp(name, native_names[i])) {
                e = JS_NewObjectProtoClass(ctx, ctx->native_error_proto[native_enums[i]], JS_CLASS_ERROR);
                goto made;
            }
        if (installed && JS_IsFunction(ctx, hooks[HK_ERROR])) {
            args[0] = JS_NewString(ctx, name);
            args[1] = message;
            e = JS_Call(ctx, hooks[HK_ERROR], JS_UNDEFINED, 2, vc(args));
            JS_FreeValue(ctx, args[0]);
            JS_FreeValue(ctx, args[1]);
            return e;
        }
    }
    e = JS_NewObjectClass(ctx, JS_CLASS_ERROR);
made:
    if (JS_IsException(e)) {
        JS_FreeValue(ctx, message);
        return e;
    }
    if (JS_DefinePropertyValue(ctx, e, JS_ATOM_message, message, JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE) < 0) {
        JS_FreeValue(ctx, e);
        return JS_EXCEPTION;
    }
    build_backtrace(ctx, e, JS_UNDEFINED, NULL, 0, 0, 0);
    return e;
}

static JSValue get_error(bt_cur *c, int depth)
{
    JSValue name, message = JS_UNDEFINED, code = JS_UNDEFINED, e = JS_EXCEPTION;
    const char *s;
    name = get_value(c, depth + 1);
    if (JS_IsException(name))
        return name;
    message = get_value(c, depth + 1);
    if (JS_IsException(message))
        goto done;
    code = get_value(c, depth + 1);
    if (JS_IsException(code))
        goto done;
    if (!JS_IsString(name) || !JS_IsString(message) || !JS_IsString(code)) {
        wire_bad();
        goto done;
    }
    s = JS_ToCString(ctx, name);
    if (!s)
        goto done;
    e = new_error(s, js_dup(message));
    JS_FreeCString(ctx, s);
    if (JS_IsException(e))
        goto done;
    if (!JS_IsObject(e)) {
        JS_FreeValue(ctx, e);
        e = JS_ThrowInternalError(ctx, "makeError did not return an object");
        goto done;
    }
    if (get_props(c, e, depth))
        goto fail;
    if (JS_VALUE_GET_STRING(code)->len && define(e, "code", js_dup(code)))
        goto fail;
    goto done;
fail:
    JS_FreeValue(ctx, e);
    e = JS_EXCEPTION;
done:
    JS_FreeValue(ctx, name);
    JS_FreeValue(ctx, message);
    JS_FreeValue(ctx, code);
    return e;
}

static JSValue bytes_value(const uint8_t *p, uint32_t n)
{
    static const uint8_t none[1];
    return JS_NewUint8ArrayCopy(ctx, n ? p : none, n);
}

static JSValue get_value(bt_cur *c, int depth)
{
    uint32_t n, i;
    JSValue v, e;
    if (depth > BT_MAX_DEPTH + 2 || c->p == c->end)
        return wire_bad();
    if (js_check_stack_overflow(rt, 0))
        return JS_ThrowStackOverflow(ctx);
    switch (*c->p++) {
    case T_UNDEFINED:
        return JS_UNDEFINED;
    case T_NULL:
        return JS_NULL;
    case T_FALSE:
        return JS_FALSE;
    case T_TRUE:
        return JS_TRUE;
    case T_INT32:
        if (c->end - c->p < 4)
            return wire_bad();
        c->p += 4;
        return js_int32(get_u32(c->p - 4));
    case T_FLOAT64: {
        double d;
        if (c->end - c->p < 8)
            return wire_bad();
        memcpy(&d, c->p, 8);
        c->p += 8;
        return js_number(d); /* makes a NaN canonical: a value is NaN-boxed */
    }
    case T_BIGINT:
        if (get_len(c, 1, &n))
            return JS_EXCEPTION;
        c->p += n;
        v = js_new_string8_len(ctx, (const char *)c->p - n, n);
        return JS_IsException(v) ? v : JS_StringToBigIntErr(ctx, v);
    case T_LATIN1:
        if (get_len(c, 1, &n))
            return JS_EXCEPTION;
        if (n > JS_STRING_LEN_MAX)
            return JS_ThrowRangeError(ctx, "invalid string length");
        c->p += n;
        return js_new_string8_len(ctx, (const char *)c->p - n, n);
    case T_UTF16: {
        JSString *s;
        if (get_len(c, 2, &n))
            return JS_EXCEPTION;
        if (n > JS_STRING_LEN_MAX)
            return JS_ThrowRangeError(ctx, "invalid string length");
        if (n == 0)
            return js_empty_string(rt);
        s = js_alloc_string(ctx, n, 1);
        if (!s)
            return JS_EXCEPTION;
        memcpy(str16(s), c->p, (size_t)n * 2);
        c->p += (size_t)n * 2;
        return JS_MKPTR(JS_TAG_STRING, s);
    }
    case T_UTF8:
        if (get_len(c, 1, &n))
            return JS_EXCEPTION;
        c->p += n;
        return JS_NewStringLen(ctx, (const char *)c->p - n, n);
    case T_BYTES:
        if (get_len(c, 1, &n))
            return JS_EXCEPTION;
        c->p += n;
        return bytes_value(c->p - n, n);
    case T_ARRAY:
        if (get_len(c, 1, &n))
            return JS_EXCEPTION;
        v = JS_NewArray(ctx);
        if (JS_IsException(v))
            return v;
        for (i = 0; i < n; i++) {
            e = get_value(c, depth + 1);
            if (JS_IsException(e) || JS_DefinePropertyValueUint32(ctx, v, i, e, JS_PROP_C_W_E) < 0) {
                JS_FreeValue(ctx, v);
                return JS_EXCEPTION;
            }
        }
        return v;
    case T_OBJECT:
        v = JS_NewObject(ctx);
        if (JS_IsException(v))
            return v;
        c->p--;
        if (get_props(c, v, depth)) {
            JS_FreeValue(ctx, v);
            return JS_EXCEPTION;
        }
        return v;
    case T_ERROR:
        return get_error(c, depth);
    }
    return wire_bad();
}

/* ---- calls to the host ---- */

/* Sends what is in b as op's arguments and leaves the answer in b: 0, or -1 with an exception. */
static int call_host(bt_buf *b, int32_t op)
{
    int32_t r;
    if (exiting)
        goto gone;
    r = bt_host(op, b->p, b->n, b->p, b->cap);
    if (unlikely(r < 0)) {
        /* The answer is larger than the buffer. */
        b->n = 0;
        if (buf_room(b, -(int64_t)r))
            return -1;
        r = bt_host(BT_OP_FETCH, NULL, 0, b->p, b->cap);
        if (r < 0) {
            wire_bad();
            return -1;
        }
    }
    b->n = r;
    return 0;
gone:
    JS_ThrowInternalError(ctx, "program is exiting");
    JS_SetUncatchableError(ctx, rt->current_exception);
    return -1;
}

/* The answer in b as a value; an error there is thrown. */
static JSValue answer(bt_buf *b)
{
    bt_cur c = { b->p, b->p + b->n };
    bool error;
    JSValue v;
    if (b->n == 0)
        return JS_UNDEFINED;
    error = b->p[0] == T_ERROR;
    v = get_value(&c, 0);
    if (!JS_IsException(v) && c.p != c.end) {
        JS_FreeValue(ctx, v);
        return wire_bad();
    }
    if (error && !JS_IsException(v))
        return JS_Throw(ctx, v);
    return v;
}

static JSValue host_sync(int32_t op, int argc, JSValueConst *argv)
{
    bt_buf b;
    JSValue v = JS_EXCEPTION;
    int i;
    buf_init(&b);
    for (i = 0; i < argc; i++)
        if (put_value(&b, argv[i], 0))
            goto done;
    if (!call_host(&b, op))
        v = answer(&b);
done:
    buf_free(&b);
    return v;
}

static void write_text(int fd, JSValueConst s)
{
    JSValueConst args[2] = { js_int32(fd), s };
    JSValue v = host_sync(BT_OP_WRITE, 2, args);
    if (JS_IsException(v))
        JS_FreeValue(ctx, JS_GetException(ctx));
    JS_FreeValue(ctx, v);
}

static bt_pending *find_pending(int32_t id)
{
    int i;
    if (id)
        for (i = 0; i < pending_count; i++)
            if (pending[i].id == id)
                return &pending[i];
    return NULL;
}

static void drop_pending(bt_pending *e)
{
    if (e->ref)
        pending_refs--;
    e->id = 0;
    JS_FreeValue(ctx, e->resolve);
    JS_FreeValue(ctx, e->reject);
    *e = pending[--pending_count];
}

/* Starts op in the background; returns its id, or 0 with an exception. */
static int32_t host_start(int32_t op, int argc, JSValueConst *argv, bool callback, JSValue resolve, JSValue reject)
{
    bt_buf b;
    int32_t id = 0;
    int i;
    bt_pending *e;
    JSValue v;
    buf_init(&b);
    if (put_int(&b, last_id + 1))
        goto fail;
    for (i = 0; i < argc; i++)
        if (put_value(&b, argv[i], 0))
            goto fail;
    if (js_resize_array(ctx, (void **)&pending, sizeof(pending[0]), &pending_size, pending_count + 1))
        goto fail;
    /* Encoding may have run guest code that started operations of its own. */
    id = ++last_id;
    put_u32(b.p + 1, id);
    e = &pending[pending_count++];
    pending_refs++;
    *e = (bt_pending){ id, true, callback, resolve, reject };
    if (call_host(&b, op | BT_OP_ASYNC))
        goto undo;
    v = answer(&b);
    if (JS_IsException(v))
        goto undo;
    JS_FreeValue(ctx, v);
    buf_free(&b);
    return id;
undo:
    e = find_pending(id);
    if (e)
        drop_pending(e);
    buf_free(&b);
    return 0;
fail:
    buf_free(&b);
    JS_FreeValue(ctx, resolve);
    JS_FreeValue(ctx, reject);
    return 0;
}

/* ---- ends ---- */

static void set_exit(int32_t code)
{
    exiting = true;
    bt.exit_code = code & 0xff;
    bt.flags |= BT_F_EXIT;
    bt.state = BT_DONE;
    ctx->interrupt_counter = 1;
}

static double now_ms(void)
{
    return js__hrtime_ns() / 1e6;
}

static double script_end; /* when the script that runs under a timeout is stopped; 0: none does */
static bool script_late;

/* Makes all code ask at its next jump or call; see F_JUMP in fast.c. */
static void interrupt_soon(void)
{
    struct list_head *el;
    list_for_each(el, &rt->context_list)
        list_entry(el, JSContext, link)->interrupt_counter = 1;
}

static int on_interrupt(JSRuntime *r, void *opaque)
{
    static uint32_t asked; /* the clock is the host's: it is read now and then */
    if (script_end) {
        interrupt_soon();
        if (!script_late && asked++ % 32 == 0 && now_ms() >= script_end)
            script_late = true;
        if (script_late)
            return 1;
    }
    if (!exiting)
        return 0;
    ctx->interrupt_counter = 1;
    return 1;
}

static bool is_text(JSString *s, const char *text)
{
    return !s->is_wide_char && s->len == strlen(text) && !memcmp(str8(s), text, s->len);
}

static bool is_oom(JSValueConst e)
{
    JSObject *p;
    JSShapeProperty *prs;
    JSProperty *pr;
    JSString *s;
    if (JS_IsNull(e) || JS_IsUninitialized(e))
        return true;
    if (JS_VALUE_GET_TAG(e) != JS_TAG_OBJECT)
        return false;
    p = JS_VALUE_GET_OBJ(e);
    if (p->class_id != JS_CLASS_ERROR)
        return false;
    prs = find_own_property(&pr, p, JS_ATOM_message);
    if (!prs) /* there was no memory for the message */
        return p->shape->proto == JS_VALUE_GET_OBJ(ctx->native_error_proto[JS_INTERNAL_ERROR]);
    if ((prs->flags & JS_PROP_TMASK) || JS_VALUE_GET_TAG(pr->u.value) != JS_TAG_STRING)
        return false;
    s = JS_VALUE_GET_STRING(pr->u.value);
    /* The second is what the engine says when the first did not fit. */
    return is_text(s, "out of memory") || is_text(s, "Invalid error message");
}

static void note_code(JSValueConst e)
{
    static uint8_t code[64];
    JSObject *p;
    JSShapeProperty *prs;
    JSProperty *pr;
    JSString *s;
    if (JS_VALUE_GET_TAG(e) != JS_TAG_OBJECT)
        return;
    p = JS_VALUE_GET_OBJ(e);
    prs = find_own_property(&pr, p, code_atom);
    if (!prs || (prs->flags & JS_PROP_TMASK) || JS_VALUE_GET_TAG(pr->u.value) != JS_TAG_STRING)
        return;
    s = JS_VALUE_GET_STRING(pr->u.value);
    if (s->is_wide_char || s->len > sizeof code)
        return;
    memcpy(code, str8(s), s->len);
    bt.code_ptr = (uint32_t)(uintptr_t)code;
    bt.code_len = s->len;
}

/* The text of an error without the runtime library's help. */
static void print_plain(JSValueConst e)
{
    JSValue s = JS_UNDEFINED, nl;
    if (JS_IsObject(e)) {
        s = JS_GetProperty(ctx, e, JS_ATOM_stack);
        if (JS_IsException(s))
            JS_FreeValue(ctx, JS_GetException(ctx));
    }
    if (!JS_IsString(s)) {
        JS_FreeValue(ctx, s);
        s = JS_ToString(ctx, e);
    }
    if (JS_IsException(s)) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        s = JS_NewString(ctx, is_oom(e) ? "InternalError: out of memory" : "uncaught error");
    }
    write_text(2, s);
    JS_FreeValue(ctx, s);
    nl = JS_NewString(ctx, "\n");
    write_text(2, nl);
    JS_FreeValue(ctx, nl);
}

/* Calls a hook; a result that is an exception is the caller's. */
static JSValue call_hook(int hook, int argc, JSValueConst *argv)
{
    if (!JS_IsFunction(ctx, hooks[hook]))
        return JS_UNDEFINED;
    return JS_Call(ctx, hooks[hook], JS_UNDEFINED, argc, argv);
}

static void finish(int code, bool by_itself);

/* e is consumed. It ends the program unless a listener takes it. */
static void uncaught(JSValue e, const char *origin, JSValueConst promise)
{
    JSValue args[3], text;
    if (exiting) {
        JS_FreeValue(ctx, e);
        return;
    }
    args[0] = e;
    args[1] = JS_NewString(ctx, origin);
    args[2] = js_dup(promise);
    text = JS_IsException(args[1]) ? JS_EXCEPTION : call_hook(HK_UNCAUGHT, 3, vc(args));
    if (exiting) {
        JS_FreeValue(ctx, text);
        goto done;
    }
    if (JS_IsException(text)) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        print_plain(e);
    } else if (JS_IsString(text)) {
        write_text(2, text);
        JS_FreeValue(ctx, text);
    } else if (JS_IsFunction(ctx, hooks[HK_UNCAUGHT])) {
        JS_FreeValue(ctx, text);
        goto done; /* handled */
    } else {
        print_plain(e);
    }
    bt.flags |= BT_F_UNCAUGHT;
    note_code(e);
    if (is_oom(e))
        bt.flags |= BT_F_OOM;
    finish(1, false);
done:
    JS_FreeValue(ctx, args[0]);
    JS_FreeValue(ctx, args[1]);
    JS_FreeValue(ctx, args[2]);
}

static void thrown(void)
{
    JSValue e = JS_GetException(ctx);
    if (exiting)
        JS_FreeValue(ctx, e);
    else
        uncaught(e, "uncaughtException", JS_UNDEFINED);
}

static void on_rejection(JSContext *c, JSValueConst promise, JSValueConst reason, bool handled, void *opaque)
{
    bt_rejection *r;
    int i;
    if (exiting)
        return;
    if (!handled) {
        if (js_resize_array(ctx, (void **)&rejections, sizeof(rejections[0]), &rejection_size, rejection_count + 1)) {
            JS_FreeValue(ctx, JS_GetException(ctx));
            return;
        }
        r = &rejections[rejection_count++];
        *r = (bt_rejection){ js_dup(promise), js_dup(reason), false };
        return;
    }
    for (i = 0; i < rejection_count; i++) {
        r = &rejections[i];
        if (JS_VALUE_GET_PTR(r->promise) != JS_VALUE_GET_PTR(promise))
            continue;
        if (r->reported) {
            JSValue p = r->promise, v;
            JS_FreeValue(ctx, r->reason);
            *r = rejections[--rejection_count];
            v = call_hook(HK_HANDLED, 1, vc(&p));
            if (JS_IsException(v))
                JS_FreeValue(ctx, JS_GetException(ctx));
            JS_FreeValue(ctx, v);
            JS_FreeValue(ctx, p);
            return;
        }
        JS_FreeValue(ctx, r->promise);
        JS_FreeValue(ctx, r->reason);
        /* keep the order of the rest */
        memmove(r, r + 1, (char *)&rejections[rejection_count] - (char *)(r + 1));
        rejection_count--;
        return;
    }
}

/* Local time. zone_of is a function of the library's: which offset holds at a time, from when, until when. */
static JSValue zone_of = JS_UNDEFINED;
static double zone_from = 1, zone_until = 0; /* what it said last; nothing */
static int zone_west;                        /* minutes that local time is behind UTC then */

/* Minutes that local time is behind UTC at a time, in milliseconds since 1970. */
static int bt_zone(int64_t time)
{
    JSValue arg = JS_NewFloat64(ctx, time), r, v;
    double said[3];
    int i;
    if (time >= zone_from && time < zone_until)
        return zone_west;
    if (JS_IsUndefined(zone_of) || exiting)
        return 0;
    r = JS_Call(ctx, zone_of, JS_UNDEFINED, 1, vc(&arg));
    for (i = 0; i < 3 && !JS_IsException(r); i++) {
        v = JS_GetPropertyInt64(ctx, r, i);
        if (JS_ToFloat64(ctx, &said[i], v)) {
            JS_FreeValue(ctx, r);
            r = JS_EXCEPTION;
        }
        JS_FreeValue(ctx, v);
    }
    if (JS_IsException(r)) { /* a Date has no way to fail: no room for the call, most likely */
        JS_FreeValue(ctx, JS_GetException(ctx));
        return 0;
    }
    JS_FreeValue(ctx, r);
    zone_west = -(int)said[0];
    zone_from = said[1];
    zone_until = said[2];
    return zone_west;
}

/* The same for a time that clocks there show. Of two such times it is the first; of none, as before the change. */
static int bt_zone_of_local(int64_t time)
{
    const int64_t day = 86400000, most = 8640000000000000 + day;
    int before, after;
    time = time < -most ? -most : time > most ? most : time;
    before = bt_zone(time - day);
    after = bt_zone(time + day);
    if (before == after || bt_zone(time + before * 60000) == before || bt_zone(time + after * 60000) != after)
        return before;
    return after;
}

static JSValue promise_hook = JS_UNDEFINED; /* hears of promises, while the program asked for it */

static void on_promise(JSContext *c, JSPromiseHookType type, JSValueConst promise, JSValueConst parent, void *opaque)
{
    static bool busy; /* what the hook does itself is not told */
    JSValue args[3], pending, r;
    if (busy || exiting)
        return;
    busy = true;
    pending = rt->current_exception;
    rt->current_exception = JS_UNINITIALIZED;
    args[0] = js_int32(type);
    args[1] = js_dup(promise);
    args[2] = js_dup(parent);
    r = JS_Call(ctx, promise_hook, JS_UNDEFINED, 3, vc(args));
    JS_FreeValue(ctx, args[1]);
    JS_FreeValue(ctx, args[2]);
    if (JS_IsException(r))
        thrown();
    JS_FreeValue(ctx, r);
    if (!JS_HasException(ctx))
        rt->current_exception = pending;
    else
        JS_FreeValue(ctx, pending);
    busy = false;
}

/* Runs jobs, then reports rejections, until there are neither or the bound is
 * reached. Returns true if there may be more. */
static bool pump(int *budget)
{
    JSContext *c;
    int i;
    for (;;) {
        while (!list_empty(&rt->job_list)) {
            if (exiting)
                return false;
            if ((*budget)-- <= 0)
                return true;
            if (JS_ExecutePendingJob(rt, &c) < 0)
                thrown();
        }
        if (exiting)
            return false;
        for (i = 0; i < rejection_count && rejections[i].reported; i++)
            ;
        if (i == rejection_count)
            return false;
        rejections[i].reported = true;
        uncaught(js_dup(rejections[i].reason), "unhandledRejection", rejections[i].promise);
        if (exiting)
            return false;
    }
}

static int refs(void) { return pending_refs + runtime_refs; }

/* What the entry module exports as default; undefined if nothing. */
static JSValue default_value(void)
{
    JSExportEntry *me;
    JSVarRef *ref;
    JSValue ns, v;
    int i;
    for (i = 0; i < entry->export_entries_count; i++) {
        me = &entry->export_entries[i];
        if (me->export_name != JS_ATOM_default)
            continue;
        ref = me->export_type == JS_EXPORT_TYPE_LOCAL ? me->u.local.var_ref : NULL;
        if (ref)
            return JS_IsUninitialized(*ref->pvalue) ? JS_UNDEFINED : js_dup(*ref->pvalue);
        ns = JS_GetModuleNamespace(ctx, entry);
        v = JS_IsException(ns) ? JS_EXCEPTION : JS_GetProperty(ctx, ns, JS_ATOM_default);
        JS_FreeValue(ctx, ns);
        if (!JS_IsException(v))
            return v;
        JS_FreeValue(ctx, JS_GetException(ctx));
        break;
    }
    return JS_UNDEFINED;
}

static void give_value(const char *text, size_t len)
{
    bt.value_ptr = (uint32_t)(uintptr_t)text;
    bt.value_len = len;
    bt.flags |= BT_F_VALUE;
}

static void take_value(void)
{
    JSValue v, w, json;
    const char *s;
    size_t len;
    if (!entry)
        return;
    v = default_value();
    if (JS_IsPromise(v)) {
        w = JS_PromiseState(ctx, v) == JS_PROMISE_FULFILLED ? JS_PromiseResult(ctx, v) : JS_UNDEFINED;
        JS_FreeValue(ctx, v);
        v = w;
    }
    if (JS_IsUndefined(v) || JS_IsFunction(ctx, v)) {
        JS_FreeValue(ctx, v);
        return;
    }
    if (JS_VALUE_GET_TAG(v) == JS_TAG_STRING && (s = json_utf8(ctx, JS_VALUE_GET_STRING(v), &len))) {
        JS_FreeValue(ctx, v);
        give_value(s, len);
        return;
    }
    json = JS_JSONStringify(ctx, v, JS_UNDEFINED, JS_UNDEFINED);
    JS_FreeValue(ctx, v);
    if (JS_IsString(json)) {
        if ((s = JS_ToCStringLen(ctx, &len, json)))
            give_value(s, len);
        JS_FreeValue(ctx, json);
        if (s)
            return;
    } else if (!JS_IsException(json)) {
        return;
    }
    /* A value that is no JSON is none; one that there was no room for is lost. */
    v = JS_GetException(ctx);
    if (is_oom(v))
        uncaught(v, "uncaughtException", JS_UNDEFINED);
    else
        JS_FreeValue(ctx, v);
}

/* The exit event, at its first call, and the exit code that is left. */
static int exit_code_of(int code)
{
    JSValue arg = js_int32(code), v = call_hook(HK_EXIT, 1, vc(&arg));
    if (JS_IsException(v))
        JS_FreeValue(ctx, JS_GetException(ctx));
    else if (JS_VALUE_GET_TAG(v) == JS_TAG_INT)
        code = JS_VALUE_GET_INT(v);
    JS_FreeValue(ctx, v);
    return code;
}

/* The last thing a program does: the exit event, then it is over. Of a program
 * that ends by itself Node runs the jobs that the event's listeners queued. */
static void finish(int code, bool by_itself)
{
    int budget = INT32_MAX;
    if (exiting)
        return;
    code = exit_code_of(code);
    if (by_itself && bt_node && !exiting && !list_empty(&rt->job_list)) {
        pump(&budget);
        if (!exiting)
            code = exit_code_of(0);
    }
    if (exiting)
        return;
    set_exit(code);
    bt.flags &= ~BT_F_EXIT;
}

/* After each piece of work: what the program waits for, or its end. */
static void settle(int budget)
{
    JSValue arg, v;
    JSPromiseStateEnum st;
    int i;
    for (i = 0; !exiting; i++) {
        if (pump(&budget)) {
            bt.state = BT_MORE;
            break;
        }
        if (exiting)
            break;
        if (entry && !entry_done) {
            st = JS_PromiseState(ctx, entry_promise);
            if (st == JS_PROMISE_REJECTED) {
                entry_done = true;
                uncaught(JS_PromiseResult(ctx, entry_promise), "uncaughtException", JS_UNDEFINED);
                continue;
            }
            if (st == JS_PROMISE_FULFILLED) {
                /* A promise as the default export is waited for as the module is. */
                v = value_seen ? JS_UNDEFINED : default_value();
                value_seen = true;
                if (JS_IsPromise(v)) {
                    JS_PromiseMarkAsHandled(ctx, v);
                    JS_FreeValue(ctx, entry_promise);
                    entry_promise = v;
                    i = -1;
                    continue;
                }
                entry_done = true;
                if (JS_IsObject(v) && !bt_node) {
                    arg = v;
                    v = call_hook(HK_DEFAULT, 1, vc(&arg));
                    JS_FreeValue(ctx, arg);
                    if (JS_IsException(v))
                        thrown();
                    i = -1;
                }
                JS_FreeValue(ctx, v);
                if (i < 0)
                    continue;
            }
        }
        if (refs() > 0) {
            bt.state = BT_WAITING;
            break;
        }
        if (entry && !entry_done) {
            bt.flags |= BT_F_UNSETTLED;
            v = JS_NewString(ctx, value_seen ? "Warning: Detected a promise as default export: nothing is left that could settle it\n"
                                             : "Warning: Detected unsettled top-level await: nothing is left that could settle it\n");
            write_text(2, v);
            JS_FreeValue(ctx, v);
            finish(13, true);
            break;
        }
        if (i == 0 && JS_IsFunction(ctx, hooks[HK_BEFORE_EXIT])) {
            arg = js_int32(bt.exit_code);
            v = call_hook(HK_BEFORE_EXIT, 1, vc(&arg));
            if (JS_IsException(v))
                thrown();
            JS_FreeValue(ctx, v);
            if (exiting)
                break;
            if (!list_empty(&rt->job_list) || refs() > 0)
                i = -1;
            continue;
        }
        take_value();
        finish(bt.exit_code, true);
        break;
    }
    bt.refs = refs();
}

/* ---- text ---- */

static uint32_t utf8_len_of(JSString *s)
{
    uint32_t i, n = 0, c;
    if (!s->is_wide_char) {
        const uint8_t *p = str8(s);
        n = i = bt_ascii8(p, s->len);
        for (; i < s->len; i++)
            n += 1 + (p[i] >> 7);
        return n;
    }
    const uint16_t *p = str16(s);
    for (i = 0; i < s->len; i++) {
        c = p[i];
        if (c < 0x80) {
            uint32_t run = bt_ascii16(p + i, s->len - i);
            n += run;
            i += run - 1;
        } else if (c < 0x800)
            n += 2;
        else if (c >= 0xd800 && c < 0xdc00 && i + 1 < s->len && (p[i + 1] & 0xfc00) == 0xdc00) {
            n += 4;
            i++;
        } else
            n += 3;
    }
    return n;
}

/* Encodes as much of s as fits in cap, whole code points only. */
static uint32_t utf8_put(JSString *s, uint8_t *out, uint32_t cap, uint32_t *read)
{
    uint32_t i, n = 0, c, k, units;
    for (i = 0; i < s->len; i += units) {
        units = 1;
        c = s->is_wide_char ? str16(s)[i] : str8(s)[i];
        if (c < 0x80 && n < cap) {
            k = bt_min(s->len - i, cap - n);
            if (s->is_wide_char) {
                units = bt_ascii16(str16(s) + i, k);
                bt_narrow(out + n, str16(s) + i, units);
            } else {
                units = bt_ascii8(str8(s) + i, k);
                memcpy(out + n, str8(s) + i, units);
            }
            n += units;
            continue;
        }
        if ((c & 0xf800) == 0xd800) {
            if (c < 0xdc00 && i + 1 < s->len && (str16(s)[i + 1] & 0xfc00) == 0xdc00) {
                c = 0x10000 + ((c & 0x3ff) << 10) + (str16(s)[i + 1] & 0x3ff);
                units = 2;
            } else
                c = 0xfffd;
        }
        k = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        if (n + k > cap)
            break;
        switch (k) {
        case 1:
            out[n] = c;
            break;
        case 2:
            out[n] = 0xc0 | c >> 6;
            out[n + 1] = 0x80 | (c & 63);
            break;
        case 3:
            out[n] = 0xe0 | c >> 12;
            out[n + 1] = 0x80 | (c >> 6 & 63);
            out[n + 2] = 0x80 | (c & 63);
            break;
        default:
            out[n] = 0xf0 | c >> 18;
            out[n + 1] = 0x80 | (c >> 12 & 63);
            out[n + 2] = 0x80 | (c >> 6 & 63);
            out[n + 3] = 0x80 | (c & 63);
        }
        n += k;
    }
    if (read)
        *read = i;
    return n;
}

/* 2 for a token of HTTP; 1 for a field's value without controls, of ASCII, that begins
 * and ends with no space; 0 for what is to be looked at. */
static int header_text(JSString *s)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    uint32_t i, n = s->len;
    int kind = n > 0 ? 2 : 1;
    for (i = 0; i < n; i++) {
        uint32_t c = string_get(s, i);
        if ((c | 0x20) - 'a' < 26u || c - '0' < 10u)
            continue;
        if (c > 0x7e || (c < 0x20 && c != '\t') || (c <= ' ' && (i == 0 || i + 1 == n)))
            return 0;
        if (!memchr(marks, c, sizeof(marks) - 1))
            kind = 1;
    }
    return kind;
}

/* One WHATWG decoding step: the code point at p (end > p), or 0xfffd with *bad set. */
static uint32_t utf8_step(const uint8_t **pp, const uint8_t *end, bool *bad)
{
    const uint8_t *p = *pp;
    uint32_t c = *p++;
    int need;
    uint8_t lo = 0x80, hi = 0xbf;
    if (c < 0x80) {
        *pp = p;
        return c;
    }
    if (c >= 0xc2 && c <= 0xdf) {
        need = 1;
        c &= 0x1f;
    } else if (c >= 0xe0 && c <= 0xef) {
        if (c == 0xe0)
            lo = 0xa0;
        if (c == 0xed)
            hi = 0x9f;
        need = 2;
        c &= 0xf;
    } else if (c >= 0xf0 && c <= 0xf4) {
        if (c == 0xf0)
            lo = 0x90;
        if (c == 0xf4)
            hi = 0x8f;
        need = 3;
        c &= 7;
    } else {
        *pp = p;
        *bad = true;
        return 0xfffd;
    }
    for (; need > 0; need--) {
        if (p == end || *p < lo || *p > hi) {
            *pp = p;
            *bad = true;
            return 0xfffd;
        }
        c = c << 6 | (*p++ & 63);
        lo = 0x80;
        hi = 0xbf;
    }
    *pp = p;
    return c;
}

static JSValue decode_utf8(const uint8_t *p, uint32_t len, bool fatal, bool keep_bom)
{
    const uint8_t *end = p + len, *q;
    uint32_t n = 0, c, run, wide = 0;
    bool bad = false;
    JSString *s;
    if (!keep_bom && len >= 3 && p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf)
        p += 3;
    for (q = p; q < end;) {
        run = bt_ascii8(q, end - q);
        q += run;
        n += run;
        if (q == end)
            break;
        c = utf8_step(&q, end, &bad);
        wide |= c;
        n += 1 + (c >= 0x10000);
    }
    if (bad && fatal)
        return JS_ThrowTypeError(ctx, "The encoded data was not valid for encoding utf-8");
    if (n == 0)
        return js_empty_string(rt);
    if (n > JS_STRING_LEN_MAX)
        return JS_ThrowRangeError(ctx, "invalid string length");
    s = js_alloc_string(ctx, n, wide > 0xff);
    if (!s)
        return JS_EXCEPTION;
    n = 0;
    for (q = p; q < end;) {
        if (*q < 0x80) {
            run = bt_ascii8(q, end - q);
            if (wide <= 0xff)
                memcpy(str8(s) + n, q, run);
            else
                bt_widen(str16(s) + n, q, run);
            q += run;
            n += run;
            continue;
        }
        c = utf8_step(&q, end, &bad);
        if (wide <= 0xff)
            str8(s)[n++] = c;
        else if (c < 0x10000)
            str16(s)[n++] = c;
        else {
            str16(s)[n++] = 0xd800 + ((c - 0x10000) >> 10);
            str16(s)[n++] = 0xdc00 + (c & 0x3ff);
        }
    }
    if (wide <= 0xff)
        str8(s)[n] = 0;
    return JS_MKPTR(JS_TAG_STRING, s);
}

static const char b64_std[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char b64_url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static JSValue base64_encode(const uint8_t *p, uint32_t len, bool url)
{
    const char *t = url ? b64_url : b64_std;
    uint64_t n = url ? ((uint64_t)len * 4 + 2) / 3 : ((uint64_t)len + 2) / 3 * 4;
    JSString *s;
    uint8_t *o;
    uint32_t i, v;
    if (n == 0)
        return js_empty_string(rt);
    if (n > JS_STRING_LEN_MAX)
        return JS_ThrowRangeError(ctx, "invalid string length");
    s = js_alloc_string(ctx, n, 0);
    if (!s)
        return JS_EXCEPTION;
    o = str8(s);
    for (i = 0; i + 2 < len; i += 3) {
        v = p[i] << 16 | p[i + 1] << 8 | p[i + 2];
        *o++ = t[v >> 18];
        *o++ = t[v >> 12 & 63];
        *o++ = t[v >> 6 & 63];
        *o++ = t[v & 63];
    }
    if (i < len) {
        v = p[i] << 16 | (i + 1 < len ? p[i + 1] << 8 : 0);
        *o++ = t[v >> 18];
        *o++ = t[v >> 12 & 63];
        if (i + 1 < len)
            *o++ = t[v >> 6 & 63];
        else if (!url)
            *o++ = '=';
        if (!url)
            *o++ = '=';
    }
    *o = 0;
    return JS_MKPTR(JS_TAG_STRING, s);
}

static inline int b64_digit(uint32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    if (c == '/' || c == '_')
        return 63;
    return -1;
}

static JSValue base64_decode(JSString *s, bool strict)
{
    uint8_t *out, *o;
    uint32_t i, c, v = 0, pads = 0, digits = 0;
    int d;
    JSValue r;
    out = js_malloc(ctx, (size_t)s->len / 4 * 3 + 3);
    if (!out)
        return JS_EXCEPTION;
    o = out;
    for (i = 0; i < s->len; i++) {
        c = s->is_wide_char ? str16(s)[i] : str8(s)[i];
        if (!strict)
            c &= 255; /* Node and Bun look at no more of it */
        if (c == '=') {
            if (!strict)
                break;
            pads++;
            continue;
        }
        d = b64_digit(c);
        if (strict) {
            if (c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r')
                continue;
            if (d < 0 || pads || c == '-' || c == '_')
                goto bad;
        } else if (d < 0)
            continue;
        v = v << 6 | d;
        if (++digits % 4 == 0) {
            *o++ = v >> 16;
            *o++ = v >> 8;
            *o++ = v;
        }
    }
    if (strict && (digits % 4 == 1 || pads > 2 || (pads && (digits + pads) % 4)))
        goto bad;
    switch (digits % 4) {
    case 2:
        *o++ = v >> 4;
        break;
    case 3:
        *o++ = v >> 10;
        *o++ = v >> 2;
    }
    r = bytes_value(out, o - out);
    js_free(ctx, out);
    return r;
bad:
    js_free(ctx, out);
    return JS_NULL;
}

static int hex_digit(uint32_t c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (int)(c | 32) - 'a' + 10 : -1;
}

static JSValue hex_encode(const uint8_t *p, uint32_t len)
{
    static const char t[] = "0123456789abcdef";
    JSString *s;
    uint32_t i;
    if (len == 0)
        return js_empty_string(rt);
    if (len > JS_STRING_LEN_MAX / 2)
        return JS_ThrowRangeError(ctx, "invalid string length");
    s = js_alloc_string(ctx, len * 2, 0);
    if (!s)
        return JS_EXCEPTION;
    for (i = 0; i < len; i++) {
        str8(s)[2 * i] = t[p[i] >> 4];
        str8(s)[2 * i + 1] = t[p[i] & 15];
    }
    str8(s)[2 * len] = 0;
    return JS_MKPTR(JS_TAG_STRING, s);
}

/* A new Uint8Array of n bytes whose storage is at *pp. */
static JSValue new_bytes(uint32_t n, uint8_t **pp)
{
    JSValue v = js_array_buffer_constructor1(ctx, JS_UNDEFINED, n, NULL);
    if (JS_IsException(v))
        return v;
    *pp = JS_VALUE_GET_OBJ(v)->u.array_buffer->data;
    return js_new_uint8array(ctx, v);
}

/* ---- inspection ---- */

static const char *class_name(JSValueConst v)
{
    JSObject *p;
    if (JS_VALUE_GET_TAG(v) != JS_TAG_OBJECT)
        return "";
    p = JS_VALUE_GET_OBJ(v);
    switch (p->class_id) {
    case JS_CLASS_C_FUNCTION:
    case JS_CLASS_BYTECODE_FUNCTION:
    case JS_CLASS_BOUND_FUNCTION:
    case JS_CLASS_C_FUNCTION_DATA:
    case JS_CLASS_C_CLOSURE:
    case JS_CLASS_PROMISE_RESOLVE_FUNCTION:
    case JS_CLASS_PROMISE_REJECT_FUNCTION:
    case JS_CLASS_ASYNC_FUNCTION_RESOLVE:
    case JS_CLASS_ASYNC_FUNCTION_REJECT:
        return "Function";
    case JS_CLASS_GENERATOR_FUNCTION:
        return "GeneratorFunction";
    case JS_CLASS_ASYNC_FUNCTION:
        return "AsyncFunction";
    case JS_CLASS_ASYNC_GENERATOR_FUNCTION:
        return "AsyncGeneratorFunction";
    case JS_CLASS_GENERATOR:
        return "Generator";
    case JS_CLASS_ASYNC_GENERATOR:
        return "AsyncGenerator";
    case JS_CLASS_MODULE_NS:
        return "Module";
    case JS_CLASS_ARGUMENTS:
    case JS_CLASS_MAPPED_ARGUMENTS:
        return "Arguments";
    case JS_CLASS_DOM_EXCEPTION:
        return "DOMException";
    case JS_CLASS_PROXY:
        return "Proxy";
    }
    return NULL;
}

static JSValue preview(JSValueConst v)
{
    JSMapState *s;
    JSMapRecord *mr;
    struct list_head *el, *head;
    JSObject *p;
    JSValue list, pair[2];
    bool pairs = false, keys = true, values = false;
    uint32_t n = 0;
    if (JS_VALUE_GET_TAG(v) != JS_TAG_OBJECT)
        return JS_UNDEFINED;
    p = JS_VALUE_GET_OBJ(v);
    el = NULL;
    switch (p->class_id) {
    case JS_CLASS_MAP:
    case JS_CLASS_WEAKMAP:
        pairs = values = true;
        /* fall through */
    case JS_CLASS_SET:
    case JS_CLASS_WEAKSET:
        s = p->u.map_state;
        head = &s->records;
        el = head->next;
        break;
    case JS_CLASS_MAP_ITERATOR:
    case JS_CLASS_SET_ITERATOR: {
        JSMapIteratorData *it = p->u.map_iterator_data;
        if (!it)
            return JS_UNDEFINED;
        if (it->kind == JS_ITERATOR_KIND_KEY_AND_VALUE)
            pairs = values = true;
        else if (it->kind == JS_ITERATOR_KIND_VALUE && p->class_id == JS_CLASS_MAP_ITERATOR) {
            keys = false;
            values = true;
        }
        if (!JS_IsUndefined(it->obj)) {
            s = JS_VALUE_GET_OBJ(it->obj)->u.map_state;
            head = &s->records;
            el = it->cur_record ? it->cur_record->link.next : head->next;
        }
        break;
    }
    default:
        return JS_UNDEFINED;
    }
    list = JS_NewArray(ctx);
    if (JS_IsException(list))
        return list;
    for (; el && el != head; el = el->next) {
        mr = list_entry(el, JSMapRecord, link);
        if (mr->empty)
            continue;
        if (keys && JS_DefinePropertyValueUint32(ctx, list, n++, js_dup(mr->key), JS_PROP_C_W_E) < 0)
            goto fail;
        if (values && JS_DefinePropertyValueUint32(ctx, list, n++, js_dup(p->class_id == JS_CLASS_SET_ITERATOR ? mr->key : mr->value), JS_PROP_C_W_E) < 0)
            goto fail;
    }
    pair[0] = list;
    pair[1] = js_bool(pairs);
    v = js_create_array(ctx, 2, vc(pair));
    JS_FreeValue(ctx, list);
    return unsafe_unconst(v);
fail:
    JS_FreeValue(ctx, list);
    return JS_EXCEPTION;
}

/* The name of the function whose instances inherit from proto; undefined if there is none. It looks at all that
 * is there, for util.inspect of an object that says of itself by no constructor. */
static JSValue maker_name(JSValueConst proto)
{
    struct list_head *el;
    JSProperty *pr;
    JSShapeProperty *prs;
    JSObject *p;
    list_for_each(el, &rt->gc_obj_list) {
        JSGCObjectHeader *h = list_entry(el, JSGCObjectHeader, link);
        if (JS_GC_TYPE(h) != JS_GC_OBJ_TYPE_JS_OBJECT)
            continue;
        p = (JSObject *)h;
        if (p->class_id != JS_CLASS_BYTECODE_FUNCTION || p->free_mark)
            continue;
        prs = find_own_property(&pr, p, JS_ATOM_prototype);
        if (!prs || (prs->flags & JS_PROP_TMASK) || !JS_IsObject(pr->u.value) || JS_VALUE_GET_OBJ(pr->u.value) != JS_VALUE_GET_OBJ(proto))
            continue;
        prs = find_own_property(&pr, p, JS_ATOM_name);
        if (prs && !(prs->flags & JS_PROP_TMASK) && JS_IsString(pr->u.value))
            return js_dup(pr->u.value);
    }
    return JS_UNDEFINED;
}

static JSValue pair_of(JSValue a, JSValue b)
{
    JSValue t[2] = { a, b }, v = js_create_array(ctx, 2, vc(t));
    JS_FreeValue(ctx, a);
    JS_FreeValue(ctx, b);
    return v;
}

/* ---- source positions ---- */

typedef struct {
    uint32_t line, col, to_line, to_col; /* all from 1; col in bytes, to_col in UTF-16 units */
} bt_mapping;

typedef struct {
    const bt_mapping *m;
    uint32_t n;
} bt_map;

static void map_position(const bt_map *m, int *line, int *col)
{
    uint32_t lo = 0, hi = m->n, mid;
    while (lo < hi) {
        mid = (lo + hi) / 2;
        if (m->m[mid].line < (uint32_t)*line || (m->m[mid].line == (uint32_t)*line && m->m[mid].col <= (uint32_t)*col))
            lo = mid + 1;
        else
            hi = mid;
    }
    /* The last mapping at or before the position, the first of its line failing that. */
    if (lo && m->m[lo - 1].line == (uint32_t)*line)
        lo--;
    else if (lo == m->n || m->m[lo].line != (uint32_t)*line) {
        if (!lo)
            return;
        lo--;
    }
    *line = m->m[lo].to_line;
    *col = m->m[lo].to_col;
}

static int remap(JSFunctionBytecode *b, const bt_map *m)
{
    const uint8_t *p, *end;
    DynBuf d;
    int i, line = b->line_num, col = b->col_num, to_line, to_col, last_line, last_col, r;
    uint32_t pc = 0, diff_pc = 0;
    int32_t v;
    uint8_t *buf;

    if (js_check_stack_overflow(rt, 0)) {
        JS_ThrowStackOverflow(ctx);
        return -1;
    }
    last_line = line;
    last_col = col;
    map_position(m, &last_line, &last_col);
    b->line_num = last_line;
    b->col_num = last_col;
    if (b->pc2line_buf) {
        js_dbuf_init(ctx, &d);
        p = b->pc2line_buf;
        end = p + b->pc2line_len;
        while (p < end) {
            unsigned op = *p++;
            if (op == 0) {
                uint32_t u;
                r = get_leb128(&u, p, end);
                if (r < 0)
                    break;
                p += r;
                pc = u;
                r = get_sleb128(&v, p, end);
                if (r < 0)
                    break;
                p += r;
                line += v;
            } else {
                op -= PC2LINE_OP_FIRST;
                pc = op / PC2LINE_RANGE;
                line += (int)(op % PC2LINE_RANGE) + PC2LINE_BASE;
            }
            r = get_sleb128(&v, p, end);
            if (r < 0)
                break;
            p += r;
            col += v;
            diff_pc += pc;
            to_line = line;
            to_col = col;
            map_position(m, &to_line, &to_col);
            if (to_line == last_line && to_col == last_col)
                continue;
            dbuf_putc(&d, 0);
            dbuf_put_leb128(&d, diff_pc);
            dbuf_put_sleb128(&d, to_line - last_line);
            dbuf_put_sleb128(&d, to_col - last_col);
            diff_pc = 0;
            last_line = to_line;
            last_col = to_col;
        }
        if (dbuf_error(&d)) {
            dbuf_free(&d);
            JS_ThrowOutOfMemory(ctx);
            return -1;
        }
        buf = b->pc2line_buf;
        b->pc2line_buf = d.buf;
        b->pc2line_len = d.size;
        js_free(ctx, buf);
    }
    for (i = 0; i < b->cpool_count; i++)
        if (JS_VALUE_GET_TAG(b->cpool[i]) == JS_TAG_FUNCTION_BYTECODE &&
            remap(JS_VALUE_GET_PTR(b->cpool[i]), m))
            return -1;
    return 0;
}

/* ---- modules ---- */

/* A module specifier as C text, which it cannot be with a NUL in it. */
static const char *bt_specifier(JSContext *c, JSValueConst v)
{
    size_t len;
    const char *s = JS_ToCStringLen(ctx, &len, v);
    if (s && strlen(s) != len) {
        JS_FreeCString(ctx, s);
        JS_ThrowTypeError(ctx, "Invalid module specifier: it contains a NUL");
        return NULL;
    }
    return s;
}

static JSValue builtin_exports(const char *name)
{
    JSValue arg, v;
    if (name[0] == '/' || name[0] == '.')
        return JS_UNDEFINED;
    arg = JS_NewString(ctx, name);
    if (JS_IsException(arg))
        return arg;
    v = call_hook(HK_BUILTIN, 1, vc(&arg));
    JS_FreeValue(ctx, arg);
    return v;
}

static int put_type(bt_buf *b, JSValueConst attributes)
{
    JSValue v;
    int r;
    if (!JS_IsObject(attributes))
        return put_tag(b, T_UNDEFINED);
    v = JS_GetPropertyStr(ctx, attributes, "type");
    if (JS_IsException(v))
        return -1;
    r = put_value(b, v, 0);
    JS_FreeValue(ctx, v);
    return r;
}

/* Scripts of node:vm that were given no name have one that begins so. Neither
 * they nor what runs in a realm of its own import modules. */
static const char bt_script_name[] = "evalmachine.";
static bool mocking; /* the runtime library is asked first what a specifier means */

static char *normalize(JSContext *c, const char *base, const char *name, JSValueConst attributes, void *opaque)
{
    bt_buf b;
    JSValue v;
    const char *s;
    char *r = NULL;
    if (c != ctx || !strncmp(base, bt_script_name, strlen(bt_script_name))) {
        v = new_error("TypeError", JS_NewString(ctx, "A dynamic import callback was not specified."));
        if (!JS_IsException(v) && !define(v, "code", JS_NewString(ctx, "ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING")))
            JS_Throw(ctx, v);
        return NULL;
    }
    if (mocking) {
        JSValue args[2] = { JS_NewString(ctx, name), JS_NewString(ctx, base) };
        v = JS_IsException(args[0]) || JS_IsException(args[1]) ? JS_EXCEPTION : call_hook(HK_MOCKED, 2, vc(args));
        JS_FreeValue(ctx, args[0]);
        JS_FreeValue(ctx, args[1]);
        if (JS_IsException(v))
            return NULL;
        if (JS_IsString(v)) {
            s = JS_ToCString(ctx, v);
            JS_FreeValue(ctx, v);
            r = s ? js_strdup(ctx, s) : NULL;
            JS_FreeCString(ctx, s);
            return r;
        }
        JS_FreeValue(ctx, v);
    }
    v = builtin_exports(name);
    if (JS_IsException(v))
        return NULL;
    if (!JS_IsUndefined(v)) {
        /* "fs" is the module "node:fs" */
        char full[64];
        JS_FreeValue(ctx, v);
        if (!strchr(name, ':') && snprintf(full, sizeof(full), "node:%s", name) < (int)sizeof(full)) {
            v = builtin_exports(full);
            if (JS_IsException(v))
                return NULL;
            if (!JS_IsUndefined(v)) {
                JS_FreeValue(ctx, v);
                return js_strdup(ctx, full);
            }
        }
        return js_strdup(ctx, name);
    }
    buf_init(&b);
    v = JS_EXCEPTION;
    if (!put_utf8(&b, name, strlen(name)) && !put_utf8(&b, base, strlen(base)) && !put_type(&b, attributes) &&
        !call_host(&b, BT_OP_RESOLVE))
        v = answer(&b);
    buf_free(&b);
    if (JS_IsException(v))
        return NULL;
    s = JS_ToCString(ctx, v);
    JS_FreeValue(ctx, v);
    if (s)
        r = js_strdup(ctx, s);
    JS_FreeCString(ctx, s);
    return r;
}

/* Sets the exports of m from o: each name is a property of it, undefined if its
 * getter throws, and default is o itself, or with own_default its own property of
 * that name. */
static int set_exports(JSModuleDef *m, JSValueConst o, bool own_default)
{
    JSValue v;
    JSVarRef *ref;
    JSAtom name;
    int i;
    for (i = 0; i < m->export_entries_count; i++) {
        /* a getter may have m export more, which moves the entries */
        ref = m->export_entries[i].u.local.var_ref;
        name = m->export_entries[i].export_name;
        if (name == JS_ATOM_default && !own_default)
            v = js_dup(o);
        else if (!JS_IsObject(o))
            continue;
        else
            v = JS_GetProperty(ctx, o, name);
        if (JS_IsException(v)) {
            v = JS_GetException(ctx);
            if (JS_IsUncatchableError(v)) {
                JS_Throw(ctx, v);
                return -1;
            }
            JS_FreeValue(ctx, v);
            v = JS_UNDEFINED;
        }
        set_value(ctx, ref->pvalue, v);
    }
    return 0;
}

static int init_value(JSContext *c, JSModuleDef *m)
{
    return set_exports(m, m->private_value, false);
}

static int has_own(JSValueConst o, JSAtom name)
{
    return JS_IsObject(o) ? JS_GetOwnProperty(ctx, NULL, o, name) : 0;
}

static int init_builtin(JSContext *c, JSModuleDef *m)
{
    int own = has_own(m->private_value, JS_ATOM_default);
    return own < 0 ? -1 : set_exports(m, m->private_value, own);
}

/* Puts own properties of o in the place of what the loaded module of that name
 * exports, for all who imported it. */
static JSValue mock_exports(JSValueConst name, JSValueConst o)
{
    JSModuleDef *m;
    JSExportEntry *me;
    JSValue v;
    JSAtom a;
    int i, own;
    if (!JS_IsString(name) || (a = JS_ValueToAtom(ctx, name)) == JS_ATOM_NULL)
        return JS_EXCEPTION;
    m = js_find_loaded_module_by_name(ctx, a);
    JS_FreeAtom(ctx, a);
    if (!m)
        return JS_HasException(ctx) ? JS_EXCEPTION : JS_UNDEFINED;
    for (i = 0; i < m->export_entries_count; i++) {
        me = &m->export_entries[i];
        if (me->export_type != JS_EXPORT_TYPE_LOCAL || !me->u.local.var_ref)
            continue;
        own = has_own(o, me->export_name);
        v = own > 0 ? JS_GetProperty(ctx, o, me->export_name) : JS_UNDEFINED;
        if (own < 0 || JS_IsException(v))
            return JS_EXCEPTION;
        if (own)
            set_value(ctx, me->u.local.var_ref->pvalue, v);
    }
    return JS_UNDEFINED;
}

/* Updates the exports of built-in modules from what their objects have now. */
static JSValue sync_builtins(void)
{
    struct list_head *el;
    JSModuleDef *m;
    list_for_each(el, &ctx->loaded_modules) {
        m = list_entry(el, JSModuleDef, link);
        if (m->init_func == init_builtin && m->status == JS_MODULE_STATUS_EVALUATED && init_builtin(ctx, m))
            return JS_EXCEPTION;
    }
    return JS_UNDEFINED;
}

/* Adds the own enumerable keys of o to the names that m exports. */
static int add_keys(JSModuleDef *m, JSValueConst o)
{
    JSPropertyEnum *tab = NULL;
    uint32_t n = 0, i;
    int r = 0;
    if (!JS_IsObject(o))
        return 0;
    if (JS_GetOwnPropertyNames(ctx, &tab, &n, o, JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY))
        return -1;
    for (i = 0; i < n && !r; i++)
        if (tab[i].atom != JS_ATOM_default && !add_export_entry2(ctx, NULL, m, JS_ATOM_NULL, tab[i].atom, JS_EXPORT_TYPE_LOCAL))
            r = -1;
    JS_FreePropertyEnum(ctx, tab, n);
    return r;
}

/* A module whose default export is o, and with keys its own enumerable keys the
 * others. o is consumed. */
static JSModuleDef *exports_module(const char *name, JSValue o, bool keys, JSModuleInitFunc *init)
{
    JSModuleDef *m = JS_NewCModule(ctx, name, init);
    if (!m || JS_AddModuleExport(ctx, m, "default") < 0 || (keys && add_keys(m, o))) {
        JS_FreeValue(ctx, o);
        return NULL;
    }
    JS_SetModulePrivateValue(ctx, m, o);
    return m;
}

/* ---- CommonJS modules ---- */

/* A CommonJS module runs when it is evaluated, in its turn. By Node's rules it
 * exports the names that its source shows; by Bun's (open) any that is asked for,
 * and after it ran all that it has. */

/* How a module is built, as in ops_module.go. */
enum { KIND_ESM, KIND_JSON, KIND_CJS, KIND_TEXT, KIND_BYTES, KIND_DATA, KIND_CJS_OPEN, KIND_CJS_WHOLE, KIND_CODE };

static int init_cjs(JSContext *c, JSModuleDef *m);

static bool is_open(JSModuleDef *m) { return m->init_func == init_cjs && JS_VALUE_GET_INT(m->private_value) != KIND_CJS; }

static JSValue run_cjs(JSModuleDef *m)
{
    JSValue v, name = JS_AtomToString(ctx, m->module_name);
    if (JS_IsException(name))
        return name;
    v = call_hook(HK_CJS, 1, vc(&name));
    JS_FreeValue(ctx, name);
    return v;
}

/* Adds an export that a module, which may be linked already, does not have; the
 * caller sets it. */
static JSExportEntry *late_export(JSModuleDef *m, JSAtom name)
{
    JSExportEntry *me;
    if (js_resize_array(ctx, (void **)&m->export_entries, sizeof(*me), &m->export_entries_size, m->export_entries_count + 1))
        return NULL;
    me = &m->export_entries[m->export_entries_count++];
    memset(me, 0, sizeof(*me));
    me->export_name = JS_DupAtom(ctx, name);
    me->export_type = JS_EXPORT_TYPE_LOCAL;
    if (!m->func_created)
        return me;
    me->u.local.var_ref = js_create_module_var(ctx, false);
    if (!me->u.local.var_ref) {
        JS_FreeAtom(ctx, me->export_name);
        m->export_entries_count--;
        return NULL;
    }
    return me;
}

/* Whether m is an open CommonJS module that has not run: what it will export is
 * not known, and not in namespaces. */
static bool bt_yet_unknown(JSModuleDef *m) { return is_open(m) && m->status != JS_MODULE_STATUS_EVALUATED; }

/* Whether m exports all that of has, but for its default by export *. */
static bool exports_all(JSModuleDef *m, JSModuleDef *of, int depth)
{
    int i;
    if (m == of)
        return true;
    for (i = 0; i < m->star_export_entries_count && depth < 16; i++) {
        if (exports_all(m->req_module_entries[m->star_export_entries[i].req_module_idx].module, of, depth + 1))
            return true;
    }
    return false;
}

/* Shows what the open CommonJS module m exports, now that it ran, in the
 * namespaces that were made before. */
static int show_exports(JSModuleDef *m)
{
    struct list_head *el;
    JSModuleDef *over;
    JSExportEntry *me;
    JSObject *ns;
    JSProperty *pr;
    int i;
    list_for_each(el, &ctx->loaded_modules) {
        over = list_entry(el, JSModuleDef, link);
        if (!JS_IsObject(over->module_ns) || !exports_all(over, m, 0))
            continue;
        ns = JS_VALUE_GET_OBJ(over->module_ns);
        for (i = 0; i < m->export_entries_count; i++) {
            me = &m->export_entries[i];
            if ((me->export_name == JS_ATOM_default && over != m) || find_own_property1(ns, me->export_name))
                continue;
            pr = add_property(ctx, ns, me->export_name, JS_PROP_ENUMERABLE | JS_PROP_WRITABLE | JS_PROP_VARREF);
            if (!pr)
                return -1;
            js_ref(me->u.local.var_ref);
            pr->u.var_ref = me->u.local.var_ref;
        }
    }
    return 0;
}

/* Whether some module exports all of both. */
static bool exported_together(JSModuleDef *m1, JSModuleDef *m2)
{
    struct list_head *el;
    list_for_each(el, &ctx->loaded_modules) {
        JSModuleDef *m = list_entry(el, JSModuleDef, link);
        if (exports_all(m, m1, 0) && exports_all(m, m2, 0))
            return true;
    }
    return false;
}

/* The open CommonJS module m ran and has no export number k, which was asked for:
 * it becomes that of another one that those who asked may have meant. Returns
 * whether there is one, or -1. */
static int pass_export(JSModuleDef *m, int k)
{
    struct list_head *el;
    JSModuleDef *to;
    JSExportEntry e = m->export_entries[k], *has;
    list_for_each(el, &ctx->loaded_modules) {
        to = list_entry(el, JSModuleDef, link);
        if (to == m || !is_open(to) || !exported_together(m, to))
            continue;
        has = find_export_entry(ctx, to, e.export_name);
        if ((has != NULL) == bt_yet_unknown(to))
            continue;
        if (has)
            set_value(ctx, e.u.local.var_ref->pvalue, js_dup(*has->u.local.var_ref->pvalue));
        else {
            has = add_export_entry2(ctx, NULL, to, JS_ATOM_NULL, e.export_name, JS_EXPORT_TYPE_LOCAL);
            if (!has)
                return -1;
            js_ref(e.u.local.var_ref);
            has->u.local.var_ref = e.u.local.var_ref;
        }
        free_var_ref(ctx->rt, e.u.local.var_ref);
        JS_FreeAtom(ctx, e.export_name);
        m->export_entries[k] = m->export_entries[--m->export_entries_count];
        return 1;
    }
    return 0;
}

/* Whether v is a plain object without accessors. */
static bool is_record(JSValueConst v)
{
    JSObject *p = JS_VALUE_GET_OBJ(v);
    int i;
    for (i = 0; i < p->shape->prop_count; i++)
        if (get_shape_prop(p->shape)[i].flags & JS_PROP_TMASK)
            return false;
    return p->class_id == JS_CLASS_OBJECT;
}

/* Exports what the open CommonJS module m has when it ran: all, as Bun does, but
 * for hidden accessors and, of what was made from an ES module and is no record,
 * what else is hidden. The default is v, or, but for KIND_CJS_WHOLE, what v
 * exports as its default if it was made from an ES module. */
static int set_open_exports(JSModuleDef *m, JSValueConst v)
{
    JSPropertyEnum *tab = NULL;
    JSValue flag;
    uint32_t n = 0, i;
    int own = 0, r = -1, asked, k;
    bool made = false, hidden;
    if (JS_IsObject(v)) {
        if (JS_VALUE_GET_INT(m->private_value) == KIND_CJS_OPEN) {
            flag = JS_GetProperty(ctx, v, es_module_atom);
            if (JS_IsException(flag))
                return -1;
            made = JS_ToBoolFree(ctx, flag);
        }
        hidden = !made || is_record(v);
        if (made && (own = has_own(v, JS_ATOM_default)) < 0)
            return -1;
        if (JS_GetOwnPropertyNames(ctx, &tab, &n, v, JS_GPN_STRING_MASK | JS_GPN_SET_ENUM))
            return -1;
        /* its names differ: only those that were asked for can be there */
        asked = m->export_entries_count;
        for (i = 0; i < n; i++) {
            if (!tab[i].is_enumerable) {
                JSPropertyDescriptor d;
                int has = hidden ? JS_GetOwnProperty(ctx, &d, v, tab[i].atom) : 0;
                if (has < 0)
                    goto done;
                if (!has)
                    continue;
                js_free_desc(ctx, &d);
                if (d.flags & JS_PROP_GETSET)
                    continue;
            }
            if (made && tab[i].atom == es_module_atom)
                continue;
            for (k = 0; k < asked && m->export_entries[k].export_name != tab[i].atom; k++)
                ;
            if (k == asked && !late_export(m, tab[i].atom))
                goto done;
        }
    }
    /* the names that others asked for before it ran */
    for (k = 0; k < m->export_entries_count; k++) {
        JSAtom name = m->export_entries[k].export_name;
        int has = name == JS_ATOM_default ? 1 : JS_IsObject(v) ? JS_HasProperty(ctx, v, name) : 0;
        if (!has) {
            has = pass_export(m, k);
            if (!has)
                bt_no_export(m, 0, m, name);
            k--;
        }
        if (has <= 0)
            goto done;
    }
    r = set_exports(m, v, own);
    if (!r)
        r = show_exports(m);
done:
    JS_FreePropertyEnum(ctx, tab, n);
    return r;
}

static int init_cjs(JSContext *c, JSModuleDef *m)
{
    JSValue v = run_cjs(m);
    int r = JS_IsException(v) ? -1 : is_open(m) ? set_open_exports(m, v) : set_exports(m, v, false);
    JS_FreeValue(ctx, v);
    return r;
}

/* The open CommonJS module that m is, or re-exports all of, and that has not run. */
static JSModuleDef *open_module(JSModuleDef *m, int depth)
{
    JSModuleDef *m1;
    int i;
    if (bt_yet_unknown(m))
        return m;
    for (i = 0; i < m->star_export_entries_count && depth < 16; i++) {
        m1 = open_module(m->req_module_entries[m->star_export_entries[i].req_module_idx].module, depth + 1);
        if (m1)
            return m1;
    }
    return NULL;
}

/* The export that an open CommonJS module has of a name that was not known; NULL
 * if m leads to none that has not run, or memory is out. */
static JSExportEntry *bt_open_export(JSModuleDef **pm, JSModuleDef *m, JSAtom name)
{
    m = open_module(m, 0);
    if (!m || find_export_entry(ctx, m, name))
        return NULL; /* it has the name, and export * does not give it: its default */
    *pm = m;
    return late_export(m, name);
}

/* A CommonJS module that exports names, each of which ends with a NUL. */
static JSModuleDef *cjs_module(const char *name, const char *names, uint32_t n, int kind)
{
    JSModuleDef *m = JS_NewCModule(ctx, name, init_cjs);
    const char *p = names;
    if (!m || JS_AddModuleExport(ctx, m, "default") < 0)
        return NULL;
    JS_SetModulePrivateValue(ctx, m, JS_NewInt32(ctx, kind));
    for (; p < names + n; p += strlen(p) + 1)
        if (*p && JS_AddModuleExport(ctx, m, p) < 0)
            return NULL;
    return m;
}

/* An import of a name that m, module number req of from's, does not export. */
static void bt_no_export(JSModuleDef *from, int req, JSModuleDef *m, JSAtom name)
{
    char b1[ATOM_GET_STR_BUF_SIZE], b2[ATOM_GET_STR_BUF_SIZE];
    const char *n = JS_AtomGetStr(ctx, b1, sizeof(b1), name);
    if (bt_node) {
        const char *spec = JS_AtomGetStr(ctx, b2, sizeof(b2), from->req_module_entries[req].module_name);
        if (m->init_func == init_cjs)
            JS_ThrowSyntaxError(ctx, "Named export '%s' not found. The requested module '%s' is a CommonJS module, which may not support all "
                "module.exports as named exports.", n, spec);
        else
            JS_ThrowSyntaxError(ctx, "The requested module '%s' does not provide an export named '%s'", spec, n);
    } else if (name == JS_ATOM_default)
        JS_ThrowSyntaxError(ctx, "Missing 'default' export in module '%s'.", JS_AtomGetStr(ctx, b2, sizeof(b2), m->module_name));
    else
        JS_ThrowSyntaxError(ctx, "Export named '%s' not found in module '%s'.", n, JS_AtomGetStr(ctx, b2, sizeof(b2), m->module_name));
}

/* Compiles an ES module: source ends with a NUL that len does not count. */
static JSModuleDef *compile_module(const char *name, const char *source, uint32_t len, const bt_map *map)
{
    JSValue v;
    JSModuleDef *m;
    v = JS_Eval(ctx, source, len, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
    if (JS_IsException(v))
        return NULL;
    m = JS_VALUE_GET_PTR(v);
    if (map->n && JS_VALUE_GET_TAG(m->func_obj) == JS_TAG_FUNCTION_BYTECODE &&
        remap(JS_VALUE_GET_PTR(m->func_obj), map)) {
        JS_FreeValue(ctx, v);
        return NULL;
    }
    JS_FreeValue(ctx, v);
    return m;
}

/* A bytes value in place: the host ends what C reads as text with a NUL. */
static int get_span(bt_cur *c, const uint8_t **p, uint32_t *n)
{
    *p = NULL;
    *n = 0;
    if (c->p == c->end)
        goto bad;
    switch (*c->p++) {
    case T_UNDEFINED:
    case T_NULL:
        return 0;
    case T_BYTES:
    case T_LATIN1:
    case T_UTF8:
        if (get_len(c, 1, n))
            return -1;
        *p = c->p;
        c->p += *n;
        return 0;
    }
bad:
    wire_bad();
    return -1;
}

static int get_int(bt_cur *c, int32_t *v)
{
    if (c->end - c->p < 5 || *c->p != T_INT32) {
        wire_bad();
        return -1;
    }
    *v = get_u32(c->p + 1);
    c->p += 5;
    return 0;
}

/* What Node gives for an import of the JSON file name with this source. */
static JSValue node_json(const char *name, const uint8_t *src, uint32_t n)
{
    JSValue args[2], v = JS_EXCEPTION;
    args[0] = JS_NewString(ctx, name);
    args[1] = decode_utf8(src, n, false, false);
    if (!JS_IsException(args[0]) && !JS_IsException(args[1]))
        v = call_hook(HK_JSON, 2, vc(args));
    JS_FreeValue(ctx, args[0]);
    JS_FreeValue(ctx, args[1]);
    return v;
}

/* Builds a module from its kind, source and map at c. */
static JSModuleDef *make_module(const char *name, bt_cur *c)
{
    int32_t kind;
    const uint8_t *src, *mp;
    uint32_t n, mn;
    JSValue v;
    bt_map map;
    if (get_int(c, &kind) || get_span(c, &src, &n) || get_span(c, &mp, &mn))
        return NULL;
    switch (kind) {
    case KIND_ESM: {
        JSModuleDef *m;
        bt_mapping *copy = NULL;
        if (!n || src[n - 1]) {
            wire_bad();
            return NULL;
        }
        map.n = mn / sizeof(bt_mapping);
        if (map.n) {
            /* aligned, and out of the way of nested calls */
            copy = js_malloc(ctx, map.n * sizeof(bt_mapping));
            if (!copy)
                return NULL;
            memcpy(copy, mp, map.n * sizeof(bt_mapping));
        }
        map.m = copy;
        m = compile_module(name, (const char *)src, n - 1, &map);
        js_free(ctx, copy);
        return m;
    }
    case KIND_JSON:
    case KIND_DATA:
        if (!n || src[n - 1]) {
            wire_bad();
            return NULL;
        }
        if (kind == KIND_JSON && bt_node && name[0] == '/')
            v = node_json(name, src, n - 1);
        else
            v = JS_ParseJSON(ctx, (const char *)src, n - 1, name);
        if (JS_IsException(v))
            return NULL;
        return exports_module(name, v, kind == KIND_DATA, init_value);
    case KIND_TEXT:
        v = decode_utf8(src, n ? n - 1 : 0, false, false);
        if (JS_IsException(v))
            return NULL;
        return exports_module(name, v, false, init_value);
    case KIND_BYTES:
        v = bytes_value(src, n ? n - 1 : 0);
        if (JS_IsException(v))
            return NULL;
        JS_VALUE_GET_OBJ(v)->u.typed_array->buffer->u.array_buffer->immutable = true;
        return exports_module(name, v, false, init_value);
    case KIND_CJS:
    case KIND_CJS_OPEN:
    case KIND_CJS_WHOLE:
        if (!n || src[n - 1]) {
            wire_bad();
            return NULL;
        }
        return cjs_module(name, (const char *)src, n - 1, kind);
    case KIND_CODE: {
        JSModuleDef *m;
        v = JS_ReadObject(ctx, src, n, JS_READ_OBJ_BYTECODE);
        if (JS_IsException(v))
            return NULL;
        if (JS_VALUE_GET_TAG(v) != JS_TAG_MODULE) {
            JS_FreeValue(ctx, v);
            wire_bad();
            return NULL;
        }
        m = JS_VALUE_GET_PTR(v);
        JS_FreeValue(ctx, v);
        if (js_resolve_module(ctx, m) < 0) {
            js_free_module_def(ctx, m);
            return NULL;
        }
        return m;
    }
    }
    wire_bad();
    return NULL;
}

static JSModuleDef *load(JSContext *c, const char *name, void *opaque, JSValueConst attributes)
{
    bt_buf b;
    JSValue v;
    JSModuleDef *m = NULL;
    if (name[0] != '/') {
        v = builtin_exports(name);
        if (JS_IsException(v))
            return NULL;
        if (!JS_IsUndefined(v))
            return exports_module(name, v, true, init_builtin);
    }
    buf_init(&b);
    if (!put_utf8(&b, name, strlen(name)) && !put_type(&b, attributes) && !call_host(&b, BT_OP_LOAD)) {
        bt_cur cur = { b.p, b.p + b.n };
        if (b.n && b.p[0] == T_ERROR) {
            v = answer(&b);
            JS_FreeValue(ctx, v);
        } else
            m = make_module(name, &cur);
    }
    buf_free(&b);
    return m;
}

static void bt_import_meta(JSContext *c, JSModuleDef *m)
{
    JSValue args[3], v;
    if (!installed)
        return;
    args[0] = js_dup(m->meta_obj);
    args[1] = JS_AtomToString(ctx, m->module_name);
    args[2] = js_bool(m == entry);
    v = JS_IsException(args[1]) ? JS_EXCEPTION : call_hook(HK_META, 3, vc(args));
    if (JS_IsException(v))
        JS_FreeValue(ctx, JS_GetException(ctx));
    JS_FreeValue(ctx, v);
    JS_FreeValue(ctx, args[0]);
    JS_FreeValue(ctx, args[1]);
}

/* The evaluation of m, which a program asked for, failed: Node says more of some errors. */
static void bt_explain(JSModuleDef *m, JSValueConst error)
{
    JSValueConst args[2];
    JSValue v, name;
    if (!bt_node || !installed || !JS_IsObject(error) || JS_VALUE_GET_OBJ(error)->class_id != JS_CLASS_ERROR)
        return;
    name = JS_AtomToString(ctx, m->module_name);
    args[0] = error;
    args[1] = name;
    v = JS_IsException(name) ? JS_EXCEPTION : call_hook(HK_EXPLAIN, 2, args);
    if (JS_IsException(v))
        JS_FreeValue(ctx, JS_GetException(ctx));
    JS_FreeValue(ctx, v);
    JS_FreeValue(ctx, name);
}

static JSValue bt_native(JSContext *c, JSValueConst this_val, int argc, JSValueConst *argv, int magic);

/* The runtime library's functions and the bridge's are in no stack, nor is what
 * native code they call. */
static bool bt_hidden(const JSStackFrame *sf)
{
    JSObject *p;
    for (; sf; sf = sf->prev_frame) {
        p = JS_VALUE_GET_OBJ(sf->cur_func);
        if (js_class_has_bytecode(p->class_id))
            return p->u.func.function_bytecode->filename == hidden_file;
        if (p->class_id == JS_CLASS_C_FUNCTION && p->u.cfunc.c_function.generic_magic == bt_native)
            return true;
        if (p == JS_VALUE_GET_OBJ(bt_concat))
            return true;
    }
    return false;
}

/* What obj or its prototypes hold as plain data under name, as a string. Nothing
 * of the guest's runs: accessors, proxies and objects count as not there, and
 * *computed, if it is not NULL, becomes true for them. */
static JSValue plain_text(JSValueConst obj, JSAtom name, JSAtom missing, bool *computed)
{
    JSObject *p;
    JSShapeProperty *prs;
    JSProperty *pr;
    JSValueConst v;
    for (p = JS_VALUE_GET_OBJ(obj); p && p->class_id != JS_CLASS_PROXY; p = p->shape->proto) {
        prs = find_own_property(&pr, p, name);
        if (!prs)
            continue;
        if ((prs->flags & JS_PROP_TMASK) == JS_PROP_AUTOINIT) {
            if (JS_AutoInitProperty(ctx, p, name, pr, prs))
                return JS_EXCEPTION;
            prs = find_own_property(&pr, p, name);
        }
        if (prs && (prs->flags & JS_PROP_TMASK) == JS_PROP_NORMAL) {
            v = pr->u.value;
            if (JS_IsUndefined(v) || JS_IsSymbol(v) || JS_IsUninitialized(v))
                return JS_AtomToString(ctx, missing);
            if (!JS_IsObject(v))
                return JS_ToString(ctx, v);
        }
        if (computed)
            *computed = true;
        return JS_AtomToString(ctx, missing);
    }
    if (p && computed)
        *computed = true;
    return JS_AtomToString(ctx, missing);
}

/* What a read of name gives, as a string, in Node: whoever reads the stack runs the accessors that a class of errors has
 * for its name or message. What they throw is the reader's. */
static JSValue late_text(JSContext *c, JSValueConst obj, JSAtom name, JSAtom missing)
{
    bool computed = false;
    JSValue v = plain_text(obj, name, missing, &computed);
    if (!computed || JS_IsException(v))
        return v;
    JS_FreeValue(c, v);
    v = JS_GetProperty(c, obj, name);
    if (JS_IsUndefined(v))
        return JS_AtomToString(c, missing);
    return JS_IsException(v) ? v : JS_ToStringFree(c, v);
}

static uint32_t text_len(JSValueConst s)
{
    if (JS_VALUE_GET_TAG(s) == JS_TAG_STRING)
        return JS_VALUE_GET_STRING(s)->len;
    return JS_IsString(s) ? 1 : 0; /* a rope is not empty */
}

/* An error's name and message as they are now, then the frames. Takes name and message. */
static JSValue bt_headed(JSContext *c, JSValue name, JSValue message, const char *frames, size_t len)
{
    JSValue r;
    if (text_len(name) && text_len(message))
        name = JS_ConcatString(c, name, JS_NewString(c, ": "));
    r = JS_ConcatString(c, name, message);
    if (!JS_IsException(r))
        r = JS_ConcatString(c, r, JS_NewStringLen(c, frames, len));
    return r;
}

/* An error's stack. Nothing of the guest's runs. */
static JSValue bt_stack(JSContext *c, JSValueConst error, const char *frames, size_t len)
{
    JSValue thrown = JS_GetException(c), name, message, r;
    JSDOMExceptionData *d;
    if (!JS_IsObject(error)) {
        /* of a value that is no error: kept by the engine only */
        name = message = js_empty_string(c->rt);
        js_dup(message);
    } else if (JS_VALUE_GET_OBJ(error)->class_id == JS_CLASS_DOM_EXCEPTION && (d = JS_GetOpaque(error, JS_CLASS_DOM_EXCEPTION))) {
        name = js_dup(d->name);
        message = js_dup(d->message);
    } else {
        name = plain_text(error, JS_ATOM_name, JS_ATOM_Error, NULL);
        message = JS_IsException(name) ? JS_EXCEPTION : plain_text(error, JS_ATOM_message, JS_ATOM_empty_string, NULL);
    }
    r = bt_headed(c, name, message, frames, len);
    if (JS_IsException(r)) {
        JS_FreeValue(c, JS_GetException(c));
        r = JS_NULL;
    }
    JS_Throw(c, thrown);
    return r;
}

/* bt_prepare is Error.prepareStackTrace of a realm; that of the program's own realm if it has none, as in Node. */
static JSValue bt_prepare(JSContext *c)
{
    return js_dup(JS_IsFunction(c, c->error_prepare_stack) || !ctx ? c->error_prepare_stack : ctx->error_prepare_stack);
}

/* The stack of an Error that nobody has read yet is its frames behind this. */
#define HEADLESS 1

/* bt_heads_late reports whether an object gets its name and message when its stack is read: an Error does, and what
 * Error.captureStackTrace gives a stack to as well, in Node. */
static bool bt_heads_late(JSValueConst error)
{
    int class_id = JS_IsObject(error) ? JS_VALUE_GET_OBJ(error)->class_id : 0;
    return class_id == JS_CLASS_ERROR || (class_id == JS_CLASS_OBJECT && bt_node);
}

/* bt_frames is what build_backtrace stores. */
static JSValue bt_frames(JSContext *c, JSValueConst error, const char *frames, size_t len)
{
    DynBuf d;
    JSValue r;
    if (!bt_heads_late(error))
        return bt_stack(c, error, frames, len);
    js_dbuf_init(c, &d);
    dbuf_putc(&d, HEADLESS);
    dbuf_put(&d, (const uint8_t *)frames, len);
    r = dbuf_error(&d) ? JS_NULL : JS_NewStringLen(c, (char *)d.buf, d.size);
    dbuf_free(&d);
    if (!JS_IsException(r))
        return r;
    JS_FreeValue(c, JS_GetException(c));
    return JS_NULL;
}

/* bt_constructs reports whether sf runs the constructor of a class that error is of. */
static bool bt_constructs(const JSStackFrame *sf, JSValueConst error)
{
    JSObject *p = JS_VALUE_GET_OBJ(sf->cur_func);
    JSShapeProperty *prs;
    JSProperty *pr;
    if (!js_class_has_bytecode(p->class_id) || !p->u.func.function_bytecode->is_derived_class_constructor)
        return false;
    prs = find_own_property(&pr, p, JS_ATOM_prototype);
    if (!prs || (prs->flags & JS_PROP_TMASK) != JS_PROP_NORMAL || !JS_IsObject(pr->u.value))
        return false;
    for (p = JS_VALUE_GET_OBJ(error)->shape->proto; p && p->class_id != JS_CLASS_PROXY; p = p->shape->proto) {
        if (p == JS_VALUE_GET_OBJ(pr->u.value))
            return true;
    }
    return false;
}

/* bt_constructed returns a new Error with the frames below its constructor, and below those of the subclasses that called it. */
static __attribute__((noinline)) JSValue bt_constructed(JSContext *c, JSValue error)
{
    JSStackFrame *up;
    int flags = JS_BACKTRACE_FLAG_SKIP_FIRST_LEVEL;
    JSValueConst last = JS_UNDEFINED;
    for (up = c->rt->current_stack_frame->prev_frame; up && bt_constructs(up, error); up = up->prev_frame) {
        last = up->cur_func;
        flags |= JS_BACKTRACE_FLAG_FILTER_FUNC;
    }
    build_backtrace(c, error, last, NULL, 0, 0, flags);
    return error;
}

static bool bt_headless(JSValueConst stack)
{
    JSString *p;
    if (JS_VALUE_GET_TAG(stack) != JS_TAG_STRING)
        return false;
    p = JS_VALUE_GET_STRING(stack);
    return p->len && (p->is_wide_char ? str16(p)[0] : str8(p)[0]) == HEADLESS;
}

/* The accessor of a stack that an object which is no Error was given: data are its frames, and the object. */
static JSValue bt_given_stack(JSContext *c, JSValueConst this_val, int argc, JSValueConst *argv, int magic, JSValueConst *data)
{
    if (magic) {
        if (!JS_IsObject(this_val) || JS_DefinePropertyValue(c, this_val, JS_ATOM_stack, js_dup(argv[0]), JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE) >= 0)
            return JS_UNDEFINED;
        return JS_EXCEPTION;
    }
    if (!JS_IsObject(this_val))
        return JS_ThrowTypeErrorNotAnObject(c);
    return bt_read_stack(c, this_val, data[0]);
}

/* bt_give_frames gives an object that is no Error a stack, whose frames it takes. */
static __attribute__((noinline)) void bt_give_frames(JSContext *c, JSValueConst o, JSValue frames)
{
    JSValue get = JS_NewCFunctionData2(c, bt_given_stack, "stack", 0, 0, 1, vc(&frames));
    JSValue set = JS_IsException(get) ? JS_EXCEPTION : JS_NewCFunctionData2(c, bt_given_stack, "stack", 1, 1, 0, NULL);
    if (JS_IsException(set)) {
        JS_FreeValue(c, get);
        JS_FreeValue(c, JS_GetException(c));
    } else if (JS_DefinePropertyGetSet(c, o, JS_ATOM_stack, get, set, JS_PROP_CONFIGURABLE) < 0) {
        JS_FreeValue(c, JS_GetException(c));
    }
    JS_FreeValue(c, frames);
}

/* bt_put_frames makes stack, which it takes, that of an Error that has one of its own already, or of an object that gets
 * its name and message late; false if it is none. */
static bool bt_put_frames(JSContext *c, JSValueConst error, JSValue stack)
{
    JSObject *p = JS_VALUE_GET_OBJ(error);
    if (p->class_id == JS_CLASS_OBJECT && bt_headless(stack)) {
        bt_give_frames(c, error, stack);
        return true;
    }
    if (p->class_id != JS_CLASS_ERROR || JS_IsUninitialized(p->u.object_data) || find_own_property1(p, JS_ATOM_stack))
        return false;
    JS_FreeValue(c, p->u.object_data);
    p->u.object_data = stack;
    return true;
}

/* bt_with_head puts the error's name and message before a stack that has none, which it takes. */
static JSValue bt_with_head(JSContext *c, JSValueConst error, JSValue stack)
{
    const char *s;
    size_t len;
    JSValue r;
    if (!bt_headless(stack))
        return stack;
    s = JS_ToCStringLen(c, &len, stack);
    if (!s) {
        JS_FreeValue(c, JS_GetException(c));
        return stack;
    }
    r = bt_stack(c, error, s + 1, len - 1);
    JS_FreeCString(c, s);
    JS_FreeValue(c, stack);
    return r;
}

/* bt_read_stack is what reading the stack of error gives, which frames are of: these with a name and message before them,
 * if they have none yet. They are not taken: what runs for the name and message may put others in their place. */
static JSValue bt_read_stack(JSContext *c, JSValueConst error, JSValueConst frames)
{
    JSValue name, message = JS_EXCEPTION, kept, r;
    const char *s;
    size_t len;
    kept = js_dup(frames);
    if (!bt_node || !bt_headless(kept))
        return bt_with_head(c, error, kept);
    name = late_text(c, error, JS_ATOM_name, JS_ATOM_Error);
    if (!JS_IsException(name))
        message = late_text(c, error, JS_ATOM_message, JS_ATOM_empty_string);
    s = JS_IsException(message) ? NULL : JS_ToCStringLen(c, &len, kept);
    JS_FreeValue(c, kept);
    if (!s) {
        JS_FreeValue(c, name);
        JS_FreeValue(c, message);
        return JS_EXCEPTION;
    }
    r = bt_headed(c, name, message, s + 1, len - 1);
    JS_FreeCString(c, s);
    return r;
}

/* bt_own_stack is the stack of an Error, which keeps it from now on. What runs for it may let go of the Error itself, which
 * was perhaps found behind another object. */
static JSValue bt_own_stack(JSContext *c, JSObject *p)
{
    JSValue r, error, before = p->u.object_data;
    if (JS_IsUninitialized(before))
        return JS_UNDEFINED;
    if (!bt_headless(before))
        return js_dup(before);
    js_dup(before);
    error = js_dup(JS_MKPTR(JS_TAG_OBJECT, p));
    r = bt_read_stack(c, error, before);
    if (!JS_IsException(r) && JS_IsString(p->u.object_data) && JS_VALUE_GET_PTR(p->u.object_data) == JS_VALUE_GET_PTR(before)) {
        JS_FreeValue(c, p->u.object_data);
        p->u.object_data = js_dup(r);
    }
    JS_FreeValue(c, before);
    JS_FreeValue(c, error);
    return r;
}

/* bt_unsettled reports whether prop is the stack of an Error that is no property yet. In V8 it is one from the start; an
 * Error of which nobody asks what it has costs less. */
static bool bt_unsettled(JSObject *p, JSAtom prop)
{
    return prop == JS_ATOM_stack && p->class_id == JS_CLASS_ERROR && bt_node && p->extensible && !find_own_property1(p, JS_ATOM_stack) &&
           !JS_IsUninitialized(p->u.object_data) && !JS_IsUndefined(p->u.object_data);
}

/* bt_settle_stack makes it one. -1 with an exception if what runs for its first line threw. */
static int bt_settle_stack(JSContext *c, JSObject *p, JSAtom prop)
{
    JSValue stack;
    if (!bt_unsettled(p, prop))
        return 0;
    stack = bt_own_stack(c, p);
    if (JS_IsException(stack))
        return -1;
    if (!bt_unsettled(p, prop)) {
        JS_FreeValue(c, stack);
        return 0;
    }
    return JS_DefinePropertyValue(c, JS_MKPTR(JS_TAG_OBJECT, p), JS_ATOM_stack, stack, JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE) < 0 ? -1 : 0;
}

/* bt_stack_first puts the name of an Error's stack before those of its other properties, but for numbers. -1 with an
 * exception if there is no memory. */
static int bt_stack_first(JSContext *c, JSObject *p, JSPropertyEnum **names, uint32_t *len)
{
    JSPropertyEnum *t = *names;
    uint32_t i, first = 0, unused;
    if (p->class_id != JS_CLASS_ERROR || !bt_node)
        return 0;
    if (bt_unsettled(p, JS_ATOM_stack)) {
        t = js_realloc(c, t, (*len + 1) * sizeof(*t));
        if (!t)
            return -1;
        *names = t;
        t[*len] = (JSPropertyEnum){ .atom = JS_ATOM_stack };
        ++*len;
    }
    while (first < *len && JS_AtomIsArrayIndex(c, &unused, t[first].atom))
        first++;
    for (i = first; i < *len; i++) {
        if (t[i].atom == JS_ATOM_stack) {
            JSPropertyEnum stack = t[i];
            memmove(t + first + 1, t + first, (i - first) * sizeof(*t));
            t[first] = stack;
            break;
        }
    }
    return 0;
}

/* bt_inherited_stack is the stack of the first Error that p inherits from or stands for as a proxy: engines have it as a
 * property of the Error. */
static __attribute__((noinline)) JSValue bt_inherited_stack(JSContext *c, JSObject *p)
{
    int steps;
    for (steps = 0; p && p->class_id != JS_CLASS_ERROR; steps++) {
        if (steps == 1000)
            return JS_UNDEFINED; /* through a proxy it may come back to where it was */
        if (p->class_id != JS_CLASS_PROXY)
            p = p->shape->proto;
        else
            p = p->u.proxy_data && !p->u.proxy_data->is_revoked ? JS_VALUE_GET_OBJ(p->u.proxy_data->target) : NULL;
    }
    return p ? bt_own_stack(c, p) : JS_UNDEFINED;
}

#include "atomics.c"

/* ---- the bridge ---- */

enum {
    N_SYNC, N_ASYNC, N_START, N_ASYNC_ID, N_REF, N_UNREF, N_CANCEL, N_TIMERS, N_WRITE, N_EXIT, N_EXIT_CODE, N_UNCAUGHT, N_NOW, N_RANDOM,
    N_UTF8_ENCODE, N_UTF8_LENGTH, N_UTF8_INTO, N_UTF8_DECODE, N_LATIN1_ENCODE, N_LATIN1_DECODE, N_UTF16_ENCODE, N_UTF16_DECODE,
    N_HEX_ENCODE, N_HEX_DECODE, N_B64_ENCODE, N_B64_DECODE, N_B64_STRICT, N_COMPARE, N_HEADER_TEXT,
    N_CLONE, N_CLASS_OF, N_IS_CONSTRUCTOR, N_IS_CLASS, N_PROMISE_STATE, N_PROXY, N_PREVIEW, N_MAKER, N_BUFFER, N_SHARE, N_ATTACH, N_MARK_HANDLED,
    N_COMPILE, N_COMPILED, N_EVAL, N_CHECK, N_IMPORT, N_IMPORT_SYNC, N_SYNC_BUILTINS, N_REALM, N_DRAIN, N_MOCKING, N_PROMISE_HOOK, N_CONTEXT, N_SET_CONTEXT, N_JOBS, N_ZONE, N_WASM, N_INSTALL, N_COUNT,
};
static const char *const native_fn_names[N_COUNT] = {
    "sync", "async", "start", "asyncId", "ref", "unref", "cancel", "setTimers", "write", "exit", "setExitCode", "uncaught", "now", "random",
    "utf8Encode", "utf8Length", "utf8EncodeInto", "utf8Decode", "latin1Encode", "latin1Decode", "utf16leEncode", "utf16leDecode",
    "hexEncode", "hexDecode", "base64Encode", "base64Decode", "base64DecodeStrict", "compareBytes", "headerText",
    "clonePlain", "classOf", "isConstructor", "isClass", "promiseState", "proxyDetails", "previewEntries", "makerName", "buffer", "share", "attach", "markHandled",
    "compile", "compiled", "evalScript", "checkScript", "import", "importSync", "syncBuiltins", "realm", "drain", "mocking", "promiseHook", "asyncContext", "setAsyncContext", "jobsPending", "zone", "wasm", "install",
};

/* Compiles the function whose head, up to its last parameter, is in d; d is
 * freed. The result is bytecode to evaluate. */
static JSValue compile_body(JSContext *c, DynBuf *d, const char *src, size_t len, const char *file, const uint8_t *mp, uint32_t mn)
{
    bt_map map = { NULL, mn / sizeof(bt_mapping) };
    bt_mapping *copy = NULL;
    JSValue fn = JS_EXCEPTION;
    /* The source's own first line is a line of its own: positions stay true. */
    dbuf_putstr(d, ") {\n");
    dbuf_put(d, (const uint8_t *)src, len);
    dbuf_putstr(d, "\n})");
    len = d->size;
    dbuf_putc(d, 0);
    if (dbuf_error(d)) {
        JS_ThrowOutOfMemory(ctx);
        goto done;
    }
    if (map.n) {
        copy = js_malloc(ctx, map.n * sizeof(bt_mapping)); /* aligned */
        if (!copy)
            goto done;
        memcpy(copy, mp, map.n * sizeof(bt_mapping));
        map.m = copy;
    }
    fn = __JS_EvalInternal(c, c->global_obj, (char *)d->buf, len, file, 0, JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY, -1);
    if (!JS_IsException(fn) && map.n && JS_VALUE_GET_TAG(fn) == JS_TAG_FUNCTION_BYTECODE && remap(JS_VALUE_GET_PTR(fn), &map)) {
        JS_FreeValue(ctx, fn);
        fn = JS_EXCEPTION;
    }
done:
    js_free(ctx, copy);
    dbuf_free(d);
    return fn;
}

static JSValue compile_function(JSContext *c, JSValueConst source, JSValueConst filename, JSValueConst params, JSValueConst mapv)
{
    DynBuf d;
    const char *src = NULL, *file = NULL, *s;
    size_t len;
    JSValue v = JS_EXCEPTION, e;
    int64_t n, i;
    uint8_t *mp;
    uint32_t mn;

    js_dbuf_init(ctx, &d);
    src = JS_ToCStringLen(ctx, &len, source);
    file = JS_ToCString(ctx, filename);
    if (!src || !file || js_get_length64(ctx, &n, params))
        goto done;
    dbuf_putstr(&d, "(function (");
    for (i = 0; i < n; i++) {
        e = JS_GetPropertyInt64(ctx, params, i);
        s = JS_ToCString(ctx, e);
        JS_FreeValue(ctx, e);
        if (!s)
            goto done;
        if (i)
            dbuf_putstr(&d, ", ");
        dbuf_putstr(&d, s);
        JS_FreeCString(ctx, s);
    }
    if (!view_of(mapv, &mp, &mn, NULL, NULL))
        mn = 0;
    v = compile_body(c, &d, src, len, file, mp, mn);
    if (!JS_IsException(v))
        v = JS_EvalFunction(c, v);
done:
    dbuf_free(&d);
    JS_FreeCString(ctx, src);
    JS_FreeCString(ctx, file);
    return v;
}

/* The function of a CommonJS source that the host has compiled, and said so in
 * its answer to module.load. */
static JSValue compiled_function(void)
{
    bt_buf b;
    bt_cur c;
    const uint8_t *p;
    uint32_t n;
    JSValue v = JS_EXCEPTION;
    buf_init(&b);
    if (!call_host(&b, BT_OP_COMPILED)) {
        c = (bt_cur){ b.p, b.p + b.n };
        if (!get_span(&c, &p, &n)) {
            v = JS_ReadObject(ctx, p, n, JS_READ_OBJ_BYTECODE);
            if (!JS_IsException(v))
                v = JS_EvalFunction(ctx, v);
        }
    }
    buf_free(&b);
    return v;
}

/* Links and evaluates m; its promise, or an exception. */
static JSValue run_module(JSModuleDef *m)
{
    if (js_resolve_module(ctx, m) < 0) {
        js_free_modules(ctx, JS_FREE_MODULE_NOT_RESOLVED);
        return JS_EXCEPTION;
    }
    return JS_EvalFunction(ctx, JS_NewModuleValue(ctx, m));
}

static JSValue throw_coded(const char *code, const char *message)
{
    JSValue e = new_error("Error", JS_NewString(ctx, message));
    if (!JS_IsException(e)) {
        define(e, "code", JS_NewString(ctx, code));
        JS_Throw(ctx, e);
    }
    return JS_EXCEPTION;
}

/* The namespace of a module, which is loaded and evaluated if need be; with loaded, undefined if it was not. */
static JSValue import_sync(JSValueConst url, bool loaded)
{
    char buf[ATOM_GET_STR_BUF_SIZE];
    const char *name = JS_ToCString(ctx, url);
    JSModuleDef *m = NULL;
    JSAtom a;
    JSValue p;
    JSPromiseStateEnum st;
    if (!name)
        return JS_EXCEPTION;
    a = JS_NewAtom(ctx, name);
    if (a != JS_ATOM_NULL) {
        m = js_find_loaded_module_by_name(ctx, a);
        JS_FreeAtom(ctx, a);
        if (!m && !loaded && !JS_HasException(ctx))
            m = load(ctx, name, NULL, JS_UNDEFINED);
    }
    JS_FreeCString(ctx, name);
    if (loaded && a != JS_ATOM_NULL && (!m || m->status != JS_MODULE_STATUS_EVALUATED || m->eval_has_exception))
        return JS_UNDEFINED;
    if (!m)
        return JS_EXCEPTION;
    switch (m->status) {
    case JS_MODULE_STATUS_LINKING:
    case JS_MODULE_STATUS_EVALUATING:
        if (!bt_node)
            return JS_GetModuleNamespace(ctx, m);
        return throw_coded("ERR_REQUIRE_CYCLE_MODULE", "") /* require has the words */;
    case JS_MODULE_STATUS_EVALUATED:
        if (m->has_tla && bt_node)
            goto waits;
        break;
    default:
        break;
    }
    p = run_module(m);
    if (JS_IsException(p))
        return p;
    JS_PromiseMarkAsHandled(ctx, p);
    st = JS_PromiseState(ctx, p);
    if (st == JS_PROMISE_REJECTED) {
        JS_Throw(ctx, JS_PromiseResult(ctx, p));
        JS_FreeValue(ctx, p);
        return JS_EXCEPTION;
    }
    JS_FreeValue(ctx, p);
    if (st == JS_PROMISE_PENDING)
        goto waits;
    return JS_GetModuleNamespace(ctx, m);
waits:
    if (!bt_node)
        return JS_ThrowTypeError(ctx, "require() async module \"%s\" is unsupported. use \"await import()\" instead.",
            JS_AtomGetStr(ctx, buf, sizeof(buf), m->module_name));
    return throw_coded("ERR_REQUIRE_ASYNC_MODULE", "require() cannot be used on an ESM graph with top-level await. Use import() instead. "
        "To see where the top-level await comes from, use --experimental-print-required-tla.");
}

static JSValue bytes_arg(JSValueConst v, uint8_t **p, uint32_t *n)
{
    if (!view_of(v, p, n, NULL, NULL))
        return JS_ThrowTypeError(ctx, "not an ArrayBuffer or a view of one");
    return JS_UNDEFINED;
}

#include "clone.c"
#include "wasm.c"
#include "wasmrun.c"

/* ---- realms, for node:vm ---- */

/* A realm's global object: what the program's own object of globals has or
 * inherits, else the builtins; what is written or declared goes to the program's. */
typedef struct {
    JSValue own, builtins;
} bt_globals;
static JSClassID globals_class;

static bt_globals *globals_of(JSValueConst obj) { return JS_VALUE_GET_OBJ(obj)->u.opaque; }

/* A program's object may inherit from the global object it is for, or from that of another realm: what is not
 * found then is looked for without end. */
#define GLOBALS_DEPTH 200
static int globals_depth;

static bool globals_enter(JSContext *c)
{
    if (globals_depth >= GLOBALS_DEPTH || js_check_stack_overflow(c->rt, 0)) {
        JS_ThrowStackOverflow(c);
        return false;
    }
    globals_depth++;
    return true;
}

static void globals_finalizer(JSRuntime *r, JSValueConst obj)
{
    bt_globals *g = globals_of(obj);
    if (!g)
        return;
    JS_FreeValueRT(r, g->own);
    JS_FreeValueRT(r, g->builtins);
    js_free_rt(r, g);
}

static void globals_mark(JSRuntime *r, JSValueConst obj, JS_MarkFunc *mark)
{
    bt_globals *g = globals_of(obj);
    if (!g)
        return;
    JS_MarkValue(r, g->own, mark);
    JS_MarkValue(r, g->builtins, mark);
}

static int globals_get_own(JSContext *c, JSPropertyDescriptor *desc, JSValueConst obj, JSAtom name)
{
    bt_globals *g = globals_of(obj);
    int r;
    if (!globals_enter(c))
        return -1;
    r = JS_GetOwnProperty(c, desc, g->own, name);
    if (r == 0)
        r = JS_GetOwnProperty(c, desc, g->builtins, name);
    globals_depth--;
    return r;
}

static int globals_list(JSContext *c, JSPropertyEnum **ptab, uint32_t *plen, JSValueConst obj)
{
    bt_globals *g = globals_of(obj);
    JSPropertyEnum *own, *more, *all;
    uint32_t n, m, i, k;
    int r = 0;
    if (JS_GetOwnPropertyNames(c, &own, &n, g->own, JS_GPN_STRING_MASK | JS_GPN_SYMBOL_MASK))
        return -1;
    if (JS_GetOwnPropertyNames(c, &more, &m, g->builtins, JS_GPN_STRING_MASK | JS_GPN_SYMBOL_MASK)) {
        JS_FreePropertyEnum(c, own, n);
        return -1;
    }
    all = js_malloc(c, (n + m + 1) * sizeof(*all));
    if (!all) {
        r = -1;
    } else {
        for (k = 0; k < n; k++)
            all[k] = (JSPropertyEnum){ .atom = JS_DupAtom(c, own[k].atom) };
        for (i = 0; i < m && r >= 0; i++) {
            r = JS_GetOwnProperty(c, NULL, g->own, more[i].atom);
            if (r == 0)
                all[k++] = (JSPropertyEnum){ .atom = JS_DupAtom(c, more[i].atom) };
        }
        if (r < 0) {
            JS_FreePropertyEnum(c, all, k);
        } else {
            *ptab = all;
            *plen = k;
            r = 0;
        }
    }
    JS_FreePropertyEnum(c, own, n);
    JS_FreePropertyEnum(c, more, m);
    return r;
}

static int globals_names(JSContext *c, JSPropertyEnum **ptab, uint32_t *plen, JSValueConst obj)
{
    int r;
    if (!globals_enter(c))
        return -1;
    r = globals_list(c, ptab, plen, obj);
    globals_depth--;
    return r;
}

static int globals_delete(JSContext *c, JSValueConst obj, JSAtom name)
{
    bt_globals *g = globals_of(obj);
    int r;
    if (!globals_enter(c))
        return -1;
    r = JS_DeleteProperty(c, g->own, name, 0);
    if (r > 0)
        r = JS_DeleteProperty(c, g->builtins, name, 0);
    globals_depth--;
    return r;
}

static int globals_define(JSContext *c, JSValueConst obj, JSAtom name, JSValueConst v, JSValueConst getter, JSValueConst setter, int flags)
{
    int r;
    if (!globals_enter(c))
        return -1;
    r = JS_DefineProperty(c, globals_of(obj)->own, name, v, getter, setter, flags);
    globals_depth--;
    return r;
}

static int globals_has(JSContext *c, JSValueConst obj, JSAtom name)
{
    bt_globals *g = globals_of(obj);
    int r;
    if (!globals_enter(c))
        return -1;
    r = JS_HasProperty(c, g->own, name);
    if (r == 0)
        r = JS_HasProperty(c, g->builtins, name);
    globals_depth--;
    return r;
}

static JSValue globals_get(JSContext *c, JSValueConst obj, JSAtom name, JSValueConst receiver)
{
    bt_globals *g = globals_of(obj);
    JSValue v = JS_EXCEPTION;
    int r;
    if (!globals_enter(c))
        return JS_EXCEPTION;
    r = JS_HasProperty(c, g->own, name);
    if (r >= 0)
        v = JS_GetProperty(c, r ? g->own : g->builtins, name);
    globals_depth--;
    return v;
}

static int globals_set(JSContext *c, JSValueConst obj, JSAtom name, JSValueConst v, JSValueConst receiver, int flags)
{
    int r;
    if (!globals_enter(c))
        return -1;
    r = JS_SetPropertyInternal(c, globals_of(obj)->own, name, js_dup(v), flags);
    globals_depth--;
    return r;
}

static const JSClassExoticMethods globals_methods = {
    .get_own_property = globals_get_own,
    .get_own_property_names = globals_names,
    .delete_property = globals_delete,
    .define_own_property = globals_define,
    .has_property = globals_has,
    .get_property = globals_get,
    .set_property = globals_set,
};
static const JSClassDef globals_def = {
    .class_name = "Object",
    .finalizer = globals_finalizer,
    .gc_mark = globals_mark,
    .exotic = (JSClassExoticMethods *)&globals_methods,
};

static JSValue bt_native(JSContext *c, JSValueConst this_val, int argc, JSValueConst *argv, int magic);

/* What the runtime library does in a realm: functions of that realm. */
static const int realm_natives[] = { N_EVAL, N_COMPILE, N_DRAIN };

/* What eval throws in a realm that runs no code from strings. */
static JSValue bt_no_strings(JSContext *c)
{
    JSValue e = JS_NewObjectProtoClass(c, c->native_error_proto[JS_EVAL_ERROR], JS_CLASS_ERROR);
    if (JS_IsException(e) || define(e, "message", JS_NewString(c, "Code generation from strings disallowed for this context")))
        return JS_EXCEPTION;
    return JS_Throw(c, e);
}

/* A new realm whose globals are own, or if that is none an ordinary global object, as the functions for it. It has ECMAScript's
 * builtins, and nothing of the host's but what prelude, code of a function, makes of
 * given in it. */
static JSValue new_realm(JSValueConst own, bool strings, JSValueConst prelude, JSValueConst given)
{
    static const char *const not_of_the_language[] = { "DOMException", "queueMicrotask" };
    JSContext *c = JS_NewContextRaw(rt);
    JSValue list = JS_EXCEPTION, f, g;
    bt_globals *data;
    const char *src;
    size_t len;
    JSAtom a;
    int i, r;
    if (!c)
        return JS_EXCEPTION;
    /* Hashes of a collection must be the same in all realms; neither they nor random numbers come from the clock. */
    c->hash_seed = ctx->hash_seed;
    bt_host(BT_OP_RANDOM, NULL, 0, &c->random_state, sizeof c->random_state);
    c->random_state |= 1;
    if (JS_AddIntrinsicBaseObjects(c) || JS_AddIntrinsicDate(c) || JS_AddIntrinsicEval(c) || JS_AddIntrinsicRegExp(c) ||
        JS_AddIntrinsicJSON(c) || JS_AddIntrinsicProxy(c) || JS_AddIntrinsicMapSet(c) || JS_AddIntrinsicTypedArrays(c) ||
        JS_AddIntrinsicPromise(c) || JS_AddIntrinsicWeakRef(c))
        goto done;
    /* A call site has what the runtime library adds to it, as Error.prepareStackTrace of any realm expects. */
    JS_FreeValue(c, c->class_proto[JS_CLASS_CALL_SITE]);
    c->class_proto[JS_CLASS_CALL_SITE] = js_dup(ctx->class_proto[JS_CLASS_CALL_SITE]);
    for (i = 0; i < countof(not_of_the_language); i++) {
        a = JS_NewAtom(c, not_of_the_language[i]);
        r = a == JS_ATOM_NULL ? -1 : JS_DeleteProperty(c, c->global_obj, a, 0);
        JS_FreeAtom(c, a);
        if (r < 0)
            goto done;
    }
    src = JS_ToCStringLen(c, &len, prelude);
    f = src ? JS_Eval(c, src, len, "buntime:runtime", JS_EVAL_TYPE_GLOBAL) : JS_EXCEPTION;
    JS_FreeCString(c, src);
    if (JS_IsException(f))
        goto done;
    g = JS_Call(c, f, JS_UNDEFINED, 1, vc(&given));
    JS_FreeValue(c, f);
    if (JS_IsException(g))
        goto done;
    JS_FreeValue(c, g);
    if (JS_IsObject(own)) {
        g = JS_NewObjectProtoClass(c, c->class_proto[JS_CLASS_OBJECT], globals_class);
        if (JS_IsException(g))
            goto done;
        data = js_malloc(c, sizeof *data);
        JS_VALUE_GET_OBJ(g)->u.opaque = data;
        if (!data) {
            JS_FreeValue(c, g);
            goto done;
        }
        data->own = js_dup(own);
        data->builtins = c->global_obj;
        c->global_obj = g;
        if (JS_SetProperty(c, data->builtins, JS_ATOM_globalThis, js_dup(g)) < 0)
            goto done;
    }
    if (!strings)
        c->eval_internal = NULL;
    list = JS_NewArray(ctx);
    for (i = 0; i < countof(realm_natives) && !JS_IsException(list); i++) {
        f = JS_NewCFunction2(c, (JSCFunction *)(void *)bt_native, "", 4, JS_CFUNC_generic_magic, realm_natives[i]);
        if (JS_IsException(f) || JS_DefinePropertyValueUint32(ctx, list, i, f, JS_PROP_C_W_E) < 0) {
            JS_FreeValue(ctx, list);
            list = JS_EXCEPTION;
        }
    }
done:
    JS_FreeContext(c);
    return list;
}

/* A timeout as the code that runs has it. */
typedef struct {
    double outer, own;
    int32_t ms;
} bt_timeout;

static int timeout_start(bt_timeout *t, JSValueConst ms)
{
    t->outer = script_end;
    t->own = 0;
    if (JS_IsUndefined(ms))
        return 0;
    if (JS_ToInt32(ctx, &t->ms, ms))
        return -1;
    t->own = now_ms() + (uint32_t)t->ms;
    if (!script_end || t->own < script_end)
        script_end = t->own;
    else
        t->own = 0; /* the outer one comes first */
    interrupt_soon();
    return 0;
}

/* The end of what ran under t. Code that was stopped by its own timeout has
 * thrown an error that can be caught; by an outer one, it goes on to there. */
static JSValue timeout_end(const bt_timeout *t, JSValue v)
{
    char text[64];
    JSValue e;
    script_end = t->outer;
    if (!script_late || !t->own || exiting)
        return v;
    script_late = false;
    if (!JS_IsException(v)) {
        JS_FreeValue(ctx, v);
    } else {
        JS_FreeValue(ctx, JS_GetException(ctx));
    }
    snprintf(text, sizeof text, "Script execution timed out after %ums", (uint32_t)t->ms);
    e = new_error("Error", JS_NewString(ctx, text));
    if (JS_IsException(e) || define(e, "code", JS_NewString(ctx, "ERR_SCRIPT_EXECUTION_TIMEOUT")))
        return JS_EXCEPTION;
    return JS_Throw(ctx, e);
}

/* Runs a script in realm c: source, filename, its first line, timeout in ms or undefined. */
static JSValue eval_script(JSContext *c, JSValueConst source, JSValueConst filename, JSValueConst line, JSValueConst ms)
{
    size_t len;
    int32_t at = 1;
    bt_timeout t;
    JSValue v = JS_EXCEPTION;
    const char *src = NULL, *file = NULL;
    if (!JS_IsUndefined(line) && JS_ToInt32(c, &at, line))
        return v;
    src = JS_ToCStringLen(c, &len, source);
    file = JS_ToCString(c, filename);
    if (src && file && !timeout_start(&t, ms)) {
        v = __JS_EvalInternal(c, c->global_obj, src, len, file, at, JS_EVAL_TYPE_GLOBAL, -1);
        v = timeout_end(&t, v);
    }
    JS_FreeCString(c, src);
    JS_FreeCString(c, file);
    return v;
}

static void forget_jobs(JSContext *c)
{
    struct list_head *el, *next;
    int i;
    list_for_each_safe(el, next, &rt->job_list) {
        JSJobEntry *e = list_entry(el, JSJobEntry, link);
        if (e->ctx != c)
            continue;
        list_del(&e->link);
        for (i = 0; i < e->argc; i++)
            JS_FreeValueRT(rt, e->argv[i]);
        JS_FreeValueRT(rt, e->context);
        js_free_rt(rt, e);
    }
}

/* Runs the jobs of realm c, until there are none. Those that are left when the
 * time is over never run: the event loop is not to take them over. */
static JSValue drain(JSContext *c, JSValueConst ms)
{
    struct list_head *el;
    JSContext *of;
    bt_timeout t;
    bool found = true;
    if (timeout_start(&t, ms))
        return JS_EXCEPTION;
    while (found && !exiting && !script_late) {
        found = false;
        list_for_each(el, &rt->job_list) {
            if (list_entry(el, JSJobEntry, link)->ctx != c)
                continue;
            list_del(el);
            list_add(el, &rt->job_list);
            found = true;
            break;
        }
        if (found && JS_ExecutePendingJob(rt, &of) < 0 && !script_late)
            thrown();
    }
    if (script_late)
        forget_jobs(c);
    return timeout_end(&t, script_late ? JS_EXCEPTION : JS_UNDEFINED);
}

static JSValue bt_native(JSContext *c, JSValueConst this_val, int argc, JSValueConst *argv, int magic)
{
    int32_t i, op;
    uint32_t n, off;
    uint8_t *p;
    double d;
    bool flag, flag2;
    JSValue v, w = JS_UNDEFINED, funcs[2];
    JSString *s = NULL;
    JSObject *o;
    bt_pending *e;
    const char *name;

    switch (magic) { /* those with a string first */
    case N_HEADER_TEXT:
    case N_UTF8_ENCODE: case N_UTF8_LENGTH: case N_UTF8_INTO: case N_LATIN1_ENCODE: case N_UTF16_ENCODE:
    case N_HEX_DECODE: case N_B64_DECODE: case N_B64_STRICT:
        w = JS_ToString(ctx, argv[0]);
        if (JS_IsException(w))
            return w;
        if (JS_VALUE_GET_TAG(w) == JS_TAG_STRING_ROPE) {
            v = js_linearize_string_rope(ctx, w); /* borrows w */
            JS_FreeValue(ctx, w);
            if (JS_IsException(v))
                return v;
            w = v;
        }
        s = JS_VALUE_GET_STRING(w);
        v = JS_UNDEFINED;
        switch (magic) {
        case N_HEADER_TEXT:
            v = js_int32(header_text(s));
            break;
        case N_UTF8_ENCODE:
            n = utf8_len_of(s);
            v = new_bytes(n, &p);
            if (!JS_IsException(v))
                utf8_put(s, p, n, NULL);
            break;
        case N_UTF8_LENGTH:
            v = js_uint32(utf8_len_of(s));
            break;
        case N_UTF8_INTO:
            v = bytes_arg(argv[1], &p, &n);
            if (!JS_IsException(v)) {
                n = utf8_put(s, p, n, &off);
                v = pair_of(js_uint32(off), js_uint32(n));
            }
            break;
        case N_LATIN1_ENCODE: {
            bool cut = s->is_wide_char && bt_wide(str16(s), s->len);
            if (cut && JS_ToBool(ctx, argv[1])) {
                v = JS_NULL;
                break;
            }
            v = new_bytes(s->len, &p);
            if (JS_IsException(v))
                break;
            if (cut)
                for (n = 0; n < s->len; n++)
                    p[n] = str16(s)[n];
            else if (s->is_wide_char)
                bt_narrow(p, str16(s), s->len);
            else
                memcpy(p, str8(s), s->len);
            break;
        }
        case N_UTF16_ENCODE:
            if (s->len > INT32_MAX / 2) {
                v = JS_ThrowRangeError(ctx, "invalid array buffer length");
                break;
            }
            v = new_bytes(s->len * 2, &p);
            if (JS_IsException(v))
                break;
            if (s->is_wide_char)
                memcpy(p, str16(s), (size_t)s->len * 2);
            else
                bt_widen((uint16_t *)p, str8(s), s->len);
            break;
        case N_HEX_DECODE:
            for (n = 0; n + 1 < s->len; n += 2)
                if (hex_digit(string_get(s, n) & 255) < 0 || hex_digit(string_get(s, n + 1) & 255) < 0)
                    break;
            v = new_bytes(n / 2, &p);
            if (!JS_IsException(v))
                for (off = 0; off < n / 2; off++)
                    p[off] = hex_digit(string_get(s, 2 * off) & 255) << 4 | hex_digit(string_get(s, 2 * off + 1) & 255);
            break;
        case N_B64_DECODE:
            v = base64_decode(s, false);
            break;
        case N_B64_STRICT:
            v = base64_decode(s, true);
        }
        JS_FreeValue(ctx, w);
        return v;
    case N_UTF8_DECODE: case N_LATIN1_DECODE: case N_UTF16_DECODE: case N_HEX_ENCODE: case N_B64_ENCODE:
        flag = JS_ToBool(ctx, argv[1]);
        flag2 = JS_ToBool(ctx, argv[2]);
        v = bytes_arg(argv[0], &p, &n);
        if (JS_IsException(v))
            return v;
        switch (magic) {
        case N_UTF8_DECODE:
            return decode_utf8(p, n, flag, flag2);
        case N_LATIN1_DECODE:
            if (n > JS_STRING_LEN_MAX)
                return JS_ThrowRangeError(ctx, "invalid string length");
            return js_new_string8_len(ctx, (char *)p, n);
        case N_UTF16_DECODE:
            n /= 2;
            if (n == 0)
                return js_empty_string(rt);
            if (n > JS_STRING_LEN_MAX)
                return JS_ThrowRangeError(ctx, "invalid string length");
            s = js_alloc_string(ctx, n, 1);
            if (!s)
                return JS_EXCEPTION;
            memcpy(str16(s), p, (size_t)n * 2);
            return JS_MKPTR(JS_TAG_STRING, s);
        case N_HEX_ENCODE:
            return hex_encode(p, n);
        }
        return base64_encode(p, n, flag);

    case N_SYNC:
        if (JS_ToInt32(ctx, &op, argv[0]))
            return JS_EXCEPTION;
        if (op < BT_OP_FIRST || op >= BT_OP_ASYNC)
            return JS_ThrowRangeError(ctx, "unknown host operation");
        return host_sync(op, argc - 1, argv + 1);
    case N_ASYNC:
    case N_START:
        if (JS_ToInt32(ctx, &op, argv[0]))
            return JS_EXCEPTION;
        if (op < BT_OP_FIRST || op >= BT_OP_ASYNC)
            return JS_ThrowRangeError(ctx, "unknown host operation");
        if (magic == N_START) {
            i = host_start(op, argc - 2, argv + 2, true, js_dup(argv[1]), JS_UNDEFINED);
            return i ? js_int32(i) : JS_EXCEPTION;
        }
        v = JS_NewPromiseCapability(ctx, funcs);
        if (JS_IsException(v))
            return v;
        w = js_dup(funcs[1]);
        i = host_start(op, argc - 1, argv + 1, false, funcs[0], funcs[1]);
        if (!i) {
            JSValue ex = JS_GetException(ctx), r;
            if (exiting || JS_IsUncatchableError(ex)) {
                JS_FreeValue(ctx, v);
                JS_FreeValue(ctx, w);
                return JS_Throw(ctx, ex);
            }
            r = JS_Call(ctx, w, JS_UNDEFINED, 1, vc(&ex));
            JS_FreeValue(ctx, r);
            JS_FreeValue(ctx, ex);
        }
        JS_FreeValue(ctx, w);
        return v;
    case N_ASYNC_ID:
        return js_int32(last_id);
    case N_REF:
    case N_UNREF:
        if (JS_ToInt32(ctx, &i, argv[0]))
            return JS_EXCEPTION;
        e = find_pending(i);
        if (e && e->ref != (magic == N_REF)) {
            e->ref = magic == N_REF;
            pending_refs += e->ref ? 1 : -1;
        }
        return JS_UNDEFINED;
    case N_CANCEL:
        if (JS_ToInt32(ctx, &i, argv[0]))
            return JS_EXCEPTION;
        if (!find_pending(i))
            return JS_UNDEFINED;
        return host_sync(BT_OP_CANCEL, 1, argv);
    case N_TIMERS:
        if (JS_ToFloat64(ctx, &d, argv[0]) || JS_ToInt32(ctx, &i, argv[1]))
            return JS_EXCEPTION;
        bt.next_timer = d;
        runtime_refs = i;
        return JS_UNDEFINED;
    case N_WRITE:
        return host_sync(BT_OP_WRITE, 2, argv);
    case N_EXIT:
        if (JS_ToInt32(ctx, &i, argv[0]))
            return JS_EXCEPTION;
        set_exit(i);
        JS_ThrowInternalError(ctx, "program is exiting");
        JS_SetUncatchableError(ctx, rt->current_exception);
        return JS_EXCEPTION;
    case N_EXIT_CODE:
        if (JS_ToInt32(ctx, &i, argv[0]))
            return JS_EXCEPTION;
        bt.exit_code = i & 0xff;
        return JS_UNDEFINED;
    case N_UNCAUGHT:
        uncaught(js_dup(argv[0]), "uncaughtException", JS_UNDEFINED);
        if (exiting) {
            JS_ThrowInternalError(ctx, "program is exiting");
            JS_SetUncatchableError(ctx, rt->current_exception);
            return JS_EXCEPTION;
        }
        return JS_UNDEFINED;
    case N_NOW:
        return js_float64(now_ms()); /* never an integer: fuel must not depend on the reading */
    case N_RANDOM:
        v = bytes_arg(argv[0], &p, &n);
        if (JS_IsException(v))
            return v;
        if (exiting)
            return JS_UNDEFINED;
        if (!list_empty(&bt_regions)) {
            /* It may be other threads' as well, where the host does not write. */
            uint8_t *own = js_malloc(ctx, n);
            if (!own)
                return JS_EXCEPTION;
            bt_host(BT_OP_RANDOM, NULL, 0, own, n);
            memcpy(p, own, n);
            js_free(ctx, own);
            return JS_UNDEFINED;
        }
        /* written in place, with nothing in between that could move it */
        bt_host(BT_OP_RANDOM, NULL, 0, p, n);
        return JS_UNDEFINED;

    case N_COMPARE: {
        uint8_t *q;
        uint32_t m;
        int order;
        v = bytes_arg(argv[0], &p, &n);
        if (!JS_IsException(v))
            v = bytes_arg(argv[1], &q, &m);
        if (JS_IsException(v))
            return v;
        order = bt_compare8(p, q, n < m ? n : m);
        return js_int32(order ? (order > 0) - (order < 0) : (n > m) - (n < m));
    }
    case N_CLONE:
        return bt_clone(argv[0]);
    case N_CLASS_OF:
        name = class_name(argv[0]);
        if (name)
            return JS_NewString(ctx, name);
        return JS_AtomToString(ctx, rt->class_array[JS_VALUE_GET_OBJ(argv[0])->class_id].class_name);
    case N_IS_CONSTRUCTOR:
        return js_bool(JS_IsConstructor(ctx, argv[0]));
    case N_IS_CLASS:
        if (JS_VALUE_GET_TAG(argv[0]) != JS_TAG_OBJECT)
            return JS_FALSE;
        o = JS_VALUE_GET_OBJ(argv[0]);
        if (o->class_id == JS_CLASS_BYTECODE_FUNCTION) {
            JSFunctionBytecode *f = o->u.func.function_bytecode;
            return js_bool(f->is_derived_class_constructor ||
                           (f->source && f->source_len > 5 && !memcmp(f->source, "class", 5)));
        }
        return JS_FALSE;
    case N_PROMISE_STATE: {
        static const char *const states[] = { "pending", "fulfilled", "rejected" };
        JSPromiseStateEnum st;
        if (!JS_IsPromise(argv[0]))
            return JS_UNDEFINED;
        st = JS_PromiseState(ctx, argv[0]);
        if (st == JS_PROMISE_PENDING)
            return pair_of(JS_NewString(ctx, states[0]), JS_UNDEFINED);
        return pair_of(JS_NewString(ctx, states[st == JS_PROMISE_FULFILLED ? 1 : 2]), JS_PromiseResult(ctx, argv[0]));
    }
    case N_PROXY:
        if (!JS_IsProxy(argv[0]))
            return JS_UNDEFINED;
        {
            JSProxyData *pd = JS_VALUE_GET_OBJ(argv[0])->u.proxy_data;
            if (pd->is_revoked)
                return pair_of(JS_NULL, JS_NULL);
            return pair_of(js_dup(pd->target), js_dup(pd->handler));
        }
    case N_PREVIEW:
        return preview(argv[0]);
    case N_MAKER:
        return JS_IsObject(argv[0]) ? maker_name(argv[0]) : JS_UNDEFINED;
    case N_BUFFER: {
        JSValue t[4];
        if (!view_of(argv[0], &p, &n, &o, &off))
            return JS_UNDEFINED;
        flag = JS_VALUE_GET_OBJ(argv[0]) != o && JS_VALUE_GET_OBJ(argv[0])->u.typed_array->track_rab;
        t[0] = js_dup(JS_MKPTR(JS_TAG_OBJECT, o));
        t[1] = js_uint32(off);
        t[2] = js_uint32(n);
        t[3] = js_bool(flag);
        v = js_create_array(ctx, 4, vc(t));
        JS_FreeValue(ctx, t[0]);
        return v;
    }
    case N_SHARE:
        return bt_share(argv[0]);
    case N_ATTACH:
        if (JS_ToInt32(ctx, &i, argv[0]))
            return JS_EXCEPTION;
        return bt_attach(i);
    case N_MARK_HANDLED:
        if (JS_IsPromise(argv[0]))
            JS_PromiseMarkAsHandled(ctx, argv[0]);
        return JS_UNDEFINED;

    case N_CONTEXT:
        return js_dup(bt_context);
    case N_SET_CONTEXT: {
        JSValue old = bt_context;
        bt_context = js_dup(argv[0]);
        JS_FreeValue(ctx, old);
        return JS_UNDEFINED;
    }
    case N_JOBS:
        return js_bool(JS_IsJobPending(rt));
    case N_ZONE:
        if (JS_IsFunction(ctx, argv[0])) {
            JS_FreeValue(ctx, zone_of);
            zone_of = js_dup(argv[0]);
        }
        zone_from = 1;
        zone_until = 0;
        return JS_UNDEFINED;

    case N_WASM:
        return bt_wasm(argc, argv);

    case N_COMPILE:
        return compile_function(c, argv[0], argv[1], argv[2], argv[3]);
    case N_COMPILED:
        return compiled_function();
    case N_EVAL:
        return eval_script(c, argv[0], argv[1], argv[2], argv[3]);
    case N_CHECK: {
        size_t len;
        const char *src = JS_ToCStringLen(ctx, &len, argv[0]), *file = JS_ToCString(ctx, argv[1]);
        v = JS_EXCEPTION;
        if (src && file && !JS_ToInt32(ctx, &i, argv[2]))
            v = __JS_EvalInternal(ctx, ctx->global_obj, src, len, file, i, JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY, -1);
        JS_FreeCString(ctx, src);
        JS_FreeCString(ctx, file);
        if (JS_IsException(v))
            return v;
        JS_FreeValue(ctx, v);
        return JS_UNDEFINED;
    }
    case N_REALM:
        return new_realm(argv[0], JS_ToBool(ctx, argv[1]), argv[2], argv[3]);
    case N_PROMISE_HOOK: {
        JSValue old = promise_hook;
        promise_hook = js_dup(argv[0]);
        JS_FreeValue(ctx, old);
        JS_SetPromiseHook(rt, JS_IsFunction(ctx, argv[0]) ? on_promise : NULL, NULL);
        return JS_UNDEFINED;
    }
    case N_MOCKING:
        mocking = true;
        return mock_exports(argv[0], argv[1]);
    case N_DRAIN:
        return drain(c, argv[0]);
    case N_IMPORT: {
        const char *spec = JS_ToCString(ctx, argv[0]), *base = JS_ToCString(ctx, argv[1]);
        v = spec && base ? JS_LoadModule(ctx, base, spec) : JS_EXCEPTION;
        JS_FreeCString(ctx, spec);
        JS_FreeCString(ctx, base);
        return v;
    }
    case N_IMPORT_SYNC:
        return import_sync(argv[0], argc > 1 && JS_ToBool(ctx, argv[1]) > 0);
    case N_SYNC_BUILTINS:
        return sync_builtins();
    case N_INSTALL:
        if (installed)
            return JS_ThrowTypeError(ctx, "already installed");
        for (i = 0; i < HK_COUNT; i++) {
            v = JS_GetPropertyStr(ctx, argv[0], hook_names[i]);
            if (JS_IsException(v))
                return v;
            hooks[i] = v;
        }
        installed = true;
        return JS_UNDEFINED;
    }
    return JS_UNDEFINED;
}

/* ---- bt_call ---- */

static int64_t fail(void) { return -1; }

static int64_t do_init(void)
{
    int i;
    rt = JS_NewRuntime();
    if (!rt)
        return fail();
    /* Half of the shadow stack: what C needs below the check is the other half. */
    JS_SetMaxStackSize(rt, 512 << 10);
    JS_SetInterruptHandler(rt, on_interrupt, NULL);
    JS_SetSharedArrayBufferFunctions(rt, &bt_sab_funcs);
    JS_NewClassID(rt, &globals_class);
    if (JS_NewClass(rt, globals_class, &globals_def) || wm_init())
        return fail();
    ctx = JS_NewContext(rt);
    if (!ctx || !bt_chars_init(ctx))
        return fail();
    bt_concat = JS_NewCFunction(ctx, js_string_concat, "concat", 1);
    if (JS_IsException(bt_concat))
        return fail();
    bt_function_shape_init(ctx, bt_concat);
    JS_SetHostPromiseRejectionTracker(rt, on_rejection, NULL);
    JS_SetModuleLoaderFunc2(rt, NULL, load, NULL, NULL); /* the host judges attributes */
    JS_SetModuleNormalizeFunc2(rt, normalize);
    hidden_file = JS_NewAtom(ctx, "buntime:runtime");
    code_atom = JS_NewAtom(ctx, "code");
    es_module_atom = JS_NewAtom(ctx, "__esModule");
    if (!bt_regexp_init(ctx))
        return fail();
    for (i = 0; i < HK_COUNT; i++)
        hooks[i] = JS_UNDEFINED;
    entry_promise = JS_UNDEFINED;
    entry_error = JS_UNDEFINED;
    bt.next_timer = -1;
    return (uint32_t)(uintptr_t)&bt;
}

/* The error that ended start-up, as text in the value fields. */
static int64_t start_error(void)
{
    JSValue e = JS_GetException(ctx), st;
    const char *s = JS_ToCString(ctx, e), *t = NULL;
    DynBuf d;
    st = JS_IsObject(e) ? JS_GetProperty(ctx, e, JS_ATOM_stack) : JS_UNDEFINED;
    t = JS_ToCString(ctx, st);
    js_dbuf_init(ctx, &d);
    dbuf_putstr(&d, s ? s : "?");
    dbuf_putc(&d, '\n');
    dbuf_putstr(&d, t ? t : "");
    bt.value_ptr = (uint32_t)(uintptr_t)d.buf;
    bt.value_len = d.size;
    return fail();
}

/* Bytecode of the bundle's text, an expression that is a function; its last byte
 * is a NUL. An instance of its own does this, so that what parsing leaves behind
 * is in no image. */
static int64_t do_compile(const uint8_t *p, uint32_t n)
{
    JSValue fn;
    uint8_t *code;
    size_t len;
    fn = JS_Eval(ctx, (const char *)p, n - 1, "buntime:runtime", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
    if (JS_IsException(fn))
        return start_error();
    code = JS_WriteObject(ctx, &len, fn, JS_WRITE_OBJ_BYTECODE | JS_WRITE_OBJ_STRIP_SOURCE);
    JS_FreeValue(ctx, fn);
    if (!code)
        return start_error();
    bt.value_ptr = (uint32_t)(uintptr_t)code;
    bt.value_len = len;
    return 0;
}

/* Evaluates the bundle's bytecode and calls the function with the bridge. */
static int64_t do_bundle(const uint8_t *p, uint32_t n)
{
    JSValue host, fn, v;
    int i;
    host = JS_NewObject(ctx);
    for (i = 0; i < N_COUNT; i++)
        define(host, native_fn_names[i], JS_NewCFunction2(ctx, (JSCFunction *)(void *)bt_native, native_fn_names[i], 4, JS_CFUNC_generic_magic, i));
    fn = JS_ReadObject(ctx, p, n, JS_READ_OBJ_BYTECODE);
    if (!JS_IsException(fn))
        fn = JS_EvalFunction(ctx, fn);
    if (JS_IsException(fn))
        return start_error();
    v = JS_Call(ctx, fn, JS_UNDEFINED, 1, vc(&host));
    JS_FreeValue(ctx, fn);
    JS_FreeValue(ctx, host);
    if (JS_IsException(v))
        return start_error();
    JS_FreeValue(ctx, v);
    i = BT_PUMP;
    if (pump(&i) || exiting || !installed) {
        JS_ThrowInternalError(ctx, "the runtime library did not install its hooks, or keeps jobs running");
        return start_error();
    }
    if (p != bt.in)
        free((void *)p);
    return 0;
}

/* Makes the builtin functions that the engine makes when they are first asked
 * for: an instance would make them, and write to their holders' pages, each time. */
static int make_builtins(void)
{
    struct list_head *el;
    JSObject *p;
    JSShapeProperty *prs;
    int i, id;
    list_for_each(el, &rt->gc_obj_list) { /* goes on to what is made meanwhile */
        if (JS_GC_TYPE(list_entry(el, JSGCObjectHeader, link)) != JS_GC_OBJ_TYPE_JS_OBJECT)
            continue;
        p = (JSObject *)list_entry(el, JSGCObjectHeader, link);
        for (i = 0; i < p->shape->prop_count; i++) {
            prs = get_shape_prop(p->shape) + i;
            if (prs->atom == JS_ATOM_NULL || (prs->flags & JS_PROP_TMASK) != JS_PROP_AUTOINIT)
                continue;
            id = js_autoinit_get_id(&p->prop[i]);
            if ((id == JS_AUTOINIT_ID_PROP || id == JS_AUTOINIT_ID_BYTECODE) &&
                JS_AutoInitProperty(ctx, p, prs->atom, &p->prop[i], prs))
                return -1;
        }
    }
    return 0;
}

/* What is immortal has this count of references, which nothing changes: an
 * instance that merely uses it does not write to its page. It is never freed. */
static const int bt_immortal = INT32_MIN;

/* Makes what is in arenas immortal, and what is larger as far as lists know it.
 * A block that holds no counted thing does not use its count. */
static void make_immortal(void)
{
    struct list_head *el;
    uint32_t i;
    int k;
    for (k = 0; k < JS_ARENA_BLOCK_SIZE_COUNT; k++)
        list_for_each(el, &rt->arena_state.arena_list[k]) {
            JSArena *ar = list_entry(el, JSArena, link);
            for (i = 0; i < ar->n_fresh; i++)
                ((JSMallocBlockHeader *)arena_get_block(ar, i, arena_block_sizes[k]))->ref_count = bt_immortal;
        }
    list_for_each(el, &rt->gc_obj_list)
        JS_REF_COUNT(list_entry(el, JSGCObjectHeader, link)) = bt_immortal;
    for (i = 0; i < rt->atom_size; i++)
        if (!atom_is_free(rt->atom_array[i]))
            JS_REF_COUNT(rt->atom_array[i]) = bt_immortal;
    JS_REF_COUNT(ctx) = bt_immortal;
}

/* An arena for each size of block, which all fit into a few pages: what a small
 * program allocates. It is never freed. */
static int small_arenas(void)
{
    JSArena *ar;
    int k, n;
    for (k = 0; k < JS_ARENA_BLOCK_SIZE_COUNT; k++) {
        n = arena_block_sizes[k] <= 64 ? 16 : arena_block_sizes[k] <= 128 ? 6 : arena_block_sizes[k] <= 256 ? 2 : 1;
        ar = rt->mf.js_malloc(rt->malloc_state.opaque, sizeof(JSArena) + n * arena_block_sizes[k]);
        if (!ar)
            return -1;
        ar->block_size_idx = k;
        ar->n_blocks = n + 1; /* one more than there are, and that one in use */
        ar->n_used_blocks = 1;
        ar->first_free_block = JS_ARENA_FREE_NIL;
        ar->n_fresh = 0;
        list_add(&ar->link, &rt->arena_state.arena_list[k]);
        list_add(&ar->free_link, &rt->arena_state.free_arena_list[k]);
    }
    return 0;
}

/* Makes room for so many more atoms. Without it an instance that loads much
 * code would sort all of the image's atoms anew, and by that write to every page
 * that has one. */
static int atoms_room(uint32_t more)
{
    uint32_t i, size = rt->atom_size + more;
    JSAtomStruct **array = js_realloc_rt(rt, rt->atom_array, sizeof(*array) * size);
    if (!array)
        return -1;
    for (i = rt->atom_size; i < size; i++)
        array[i] = atom_set_free(i + 1 < size ? i + 1 : rt->atom_free_index);
    rt->atom_array = array;
    rt->atom_free_index = rt->atom_size;
    rt->atom_size = size;
    while (rt->atom_count_resize < rt->atom_count + (int)more)
        if (JS_ResizeAtomHash(rt, rt->atom_hash_size * 2))
            return -1;
    return 0;
}

/* Leaves the heap so that instances of the image write to few of its pages. */
static int64_t do_freeze(void)
{
    struct list_head *el, *el1, *head;
    int i;

    /* What stacks begin with: made now, not in each instance. */
    JS_FreeValue(ctx, plain_text(ctx->class_proto[JS_CLASS_ERROR], JS_ATOM_name, JS_ATOM_empty_string, NULL));
    JS_FreeValue(ctx, plain_text(ctx->class_proto[JS_CLASS_ERROR], JS_ATOM_message, JS_ATOM_empty_string, NULL));
    for (i = 0; i < JS_NATIVE_ERROR_COUNT; i++) {
        JS_FreeValue(ctx, plain_text(ctx->native_error_proto[i], JS_ATOM_name, JS_ATOM_empty_string, NULL));
        JS_FreeValue(ctx, plain_text(ctx->native_error_proto[i], JS_ATOM_message, JS_ATOM_empty_string, NULL));
    }
    if (make_builtins())
        return start_error();
    if (atoms_room(8192))
        return fail();
    JS_RunGC(rt);
    make_immortal();
    /* What exists now is a root for ever: the collector does not walk it. */
    list_for_each_safe(el, el1, &rt->gc_obj_list) {
        list_del(el);
        init_list_head(el);
    }
    init_list_head(&rt->gc_obj_list);
    /* New blocks come from new arenas, not from holes among old ones. */
    bt_give_back(rt);
    for (i = 0; i < JS_ARENA_BLOCK_SIZE_COUNT; i++) {
        head = &rt->arena_state.free_arena_list[i];
        list_for_each_safe(el, el1, head) {
            list_del(el);
            init_list_head(el);
        }
        init_list_head(head);
    }
    if (!bt_hold_back())
        return fail();
    /* Nor does malloc fill the holes. */
    malloc_freeze();
    if (small_arenas())
        return fail();
    return 0;
}

/* Completions: id, whether it succeeded, size of the value, value. */
static int complete(bt_cur *c, int *budget)
{
    int32_t id, size;
    const uint8_t *next;
    bool ok;
    JSValue v, r, f, args[2];
    bt_pending *e;
    if (get_int(c, &id) || c->p == c->end)
        return -1;
    ok = *c->p++ == T_TRUE;
    if (get_int(c, &size))
        return -1;
    if (size < 0 || size > c->end - c->p) {
        wire_bad();
        return -1;
    }
    next = c->p + size;
    v = get_value(c, 0);
    if (JS_IsException(v)) {
        /* out of memory, most likely: the operation fails with that */
        v = JS_GetException(ctx);
        ok = false;
    }
    c->p = next;
    e = find_pending(id);
    if (!e) {
        JS_FreeValue(ctx, v);
        return 0;
    }
    if (e->callback) {
        f = js_dup(e->resolve);
        drop_pending(e);
        args[0] = ok ? JS_UNDEFINED : v;
        args[1] = ok ? v : JS_UNDEFINED;
        r = JS_Call(ctx, f, JS_UNDEFINED, 2, vc(args));
    } else {
        f = js_dup(ok ? e->resolve : e->reject);
        drop_pending(e);
        r = JS_Call(ctx, f, JS_UNDEFINED, 1, vc(&v));
    }
    JS_FreeValue(ctx, f);
    JS_FreeValue(ctx, v);
    if (JS_IsException(r))
        thrown();
    JS_FreeValue(ctx, r);
    pump(budget);
    return 0;
}

static int64_t do_turn(const uint8_t *p, uint32_t n)
{
    bt_cur c = { p, p + n };
    int budget = BT_PUMP;
    JSValue arg, v;
    if (!running || exiting)
        return 0;
    bt.state = BT_WAITING;
    while (c.p != c.end && !exiting)
        if (complete(&c, &budget)) {
            thrown();
            break;
        }
    if (!exiting && list_empty(&rt->job_list) && bt.next_timer >= 0 && now_ms() >= bt.next_timer) {
        bt.next_timer = -1;
        arg = js_float64(now_ms());
        v = call_hook(HK_TURN, 1, vc(&arg));
        if (JS_IsException(v))
            thrown();
        JS_FreeValue(ctx, v);
    }
    settle(budget);
    return 0;
}

static bool is_syntax_error(JSValueConst e)
{
    JSValue p;
    if (JS_VALUE_GET_TAG(e) != JS_TAG_OBJECT || JS_VALUE_GET_OBJ(e)->class_id != JS_CLASS_ERROR)
        return false;
    p = ctx->native_error_proto[JS_SYNTAX_ERROR];
    return JS_VALUE_GET_OBJ(e)->shape->proto == JS_VALUE_GET_OBJ(p);
}

enum { RUN_HOST = 1, RUN_GC_ALWAYS = 2, RUN_NODE = 4 };
enum { LOADED = 0, LOAD_SYNTAX = 1, LOAD_FAILED = 2 };

static void gc_always(void)
{
    bt_gc_always = true;
    rt->malloc_gc_threshold = 0;
}

/* name, flags, kind, source, map: makes the entry module, of which nothing runs
 * yet. What memory is like afterwards depends on nothing but these, so that the
 * host may put it into other instances. An error is kept for BT_RUN to throw,
 * unless the host has something else to load. */
static int64_t do_load(const uint8_t *p, uint32_t n)
{
    bt_cur c = { p, p + n };
    const uint8_t *name;
    uint32_t len;
    int32_t flags;
    if (running || entry || get_span(&c, &name, &len) || !len || name[len - 1] || get_int(&c, &flags))
        return fail();
    JS_FreeValue(ctx, entry_error);
    entry_error = JS_UNDEFINED;
    /* There is nothing to collect, and it must not depend on the program's memory. */
    rt->malloc_gc_threshold = SIZE_MAX;
    if (flags & RUN_GC_ALWAYS)
        gc_always();
    bt_alone = true;
    entry = make_module((const char *)name, &c);
    bt_alone = false;
    if (entry)
        return LOADED;
    entry_error = JS_GetException(ctx);
    return is_syntax_error(entry_error) ? LOAD_SYNTAX : LOAD_FAILED;
}

/* name, kind, source, map: bytecode of an ES module or of a CommonJS module's
 * function, in the value fields. It depends on nothing but these. An instance of
 * its own does this. */
static int64_t do_code(const uint8_t *p, uint32_t n)
{
    bt_cur c = { p, p + n };
    const uint8_t *name, *src, *mp;
    uint32_t len, sn, mn;
    int32_t kind, i;
    JSValue v;
    JSModuleDef *m;
    DynBuf d;
    uint8_t *code;
    size_t size;
    if (running || entry || get_span(&c, &name, &len) || !len || name[len - 1] || get_int(&c, &kind))
        return fail();
    rt->malloc_gc_threshold = SIZE_MAX; /* there is nothing to collect */
    if (kind == KIND_ESM) {
        bt_alone = true;
        c.p -= 5;
        m = make_module((const char *)name, &c);
        bt_alone = false;
        if (!m)
            return fail();
        for (i = 0; i < m->req_module_entries_count; i++)
            if (JS_IsObject(m->req_module_entries[i].attributes))
                return fail(); /* bytecode has no place for them */
        v = JS_MKPTR(JS_TAG_MODULE, m);
    } else {
        if (get_span(&c, &src, &sn) || !sn || get_span(&c, &mp, &mn))
            return fail();
        js_dbuf_init(ctx, &d);
        dbuf_putstr(&d, "(function (exports, require, module, __filename, __dirname");
        v = compile_body(ctx, &d, (const char *)src, sn - 1, (const char *)name, mp, mn);
        if (JS_IsException(v))
            return fail();
    }
    code = JS_WriteObject(ctx, &size, v, JS_WRITE_OBJ_BYTECODE);
    if (!code)
        return fail();
    put_u32(code + 1, UINT32_MAX); /* no checksum: it never leaves memory */
    bt.value_ptr = (uint32_t)(uintptr_t)code;
    bt.value_len = size;
    return 0;
}

/* name, seed (8 bytes), GC threshold, flags: runs what BT_LOAD made, or else the
 * module of that name. */
static int64_t do_run(const uint8_t *p, uint32_t n)
{
    bt_cur c = { p, p + n };
    const uint8_t *name, *seed;
    uint32_t len;
    int32_t threshold, flags;
    JSValue v;
    if (running)
        return fail();
    running = true;
    if (get_span(&c, &name, &len) || !len || name[len - 1])
        return fail();
    if (get_span(&c, &seed, &len) || len != 8 || get_int(&c, &threshold) || get_int(&c, &flags))
        return fail();
    memcpy(&ctx->random_state, seed, 8);
    if (ctx->random_state == 0)
        ctx->random_state = 1;
    ctx->time_origin = js__now_ms();
    bt_gc_base = rt->malloc_state.malloc_size;
    bt_gc_step = threshold;
    rt->malloc_gc_threshold = bt_gc_base + bt_gc_step;
    if (flags & RUN_GC_ALWAYS)
        gc_always();
    bt_node = flags & RUN_NODE;
    if (flags & RUN_HOST) {
        v = call_hook(HK_HOST, 0, NULL);
        if (JS_IsException(v))
            thrown();
        JS_FreeValue(ctx, v);
    }
    if (!exiting) {
        if (!JS_IsUndefined(entry_error)) {
            JS_Throw(ctx, entry_error);
            entry_error = JS_UNDEFINED;
        } else if (!entry) {
            entry = load(ctx, (const char *)name, NULL, JS_UNDEFINED);
        } else if (js_resolve_module(ctx, entry) < 0) {
            js_free_module_def(ctx, entry);
            entry = NULL;
        }
        v = entry ? run_module(entry) : JS_EXCEPTION;
        if (JS_IsException(v)) {
            if (!entry && is_syntax_error(rt->current_exception))
                bt.flags |= BT_F_SYNTAX;
            entry = NULL;
            thrown();
        } else {
            entry_promise = v;
            JS_PromiseMarkAsHandled(ctx, v);
        }
    }
    settle(BT_PUMP);
    return 0;
}

/* Runs the collector; returns how many objects it had to look at. */
static int64_t do_gc(void)
{
    struct list_head *el;
    int64_t n = 0;
    list_for_each(el, &rt->gc_obj_list)
        n++;
    JS_RunGC(rt);
    return n;
}

static int64_t do_echo(const uint8_t *p, uint32_t n)
{
    bt_cur c = { p, p + n };
    bt_buf b;
    JSValue v = get_value(&c, 0);
    int r;
    if (JS_IsException(v) || c.p != c.end) {
        JS_FreeValue(ctx, v);
        JS_FreeValue(ctx, JS_GetException(ctx));
        return fail();
    }
    buf_init(&b);
    r = put_value(&b, v, 0);
    JS_FreeValue(ctx, v);
    if (r) {
        JS_FreeValue(ctx, JS_GetException(ctx));
        buf_free(&b);
        return fail();
    }
    bt.value_ptr = (uint32_t)(uintptr_t)b.p;
    bt.value_len = b.n;
    io_busy = false; /* valid until the next call */
    return 0;
}

BT_EXPORT("bt_call") int64_t bt_call(int32_t op, uint32_t a, uint32_t b)
{
    const uint8_t *p = (const uint8_t *)(uintptr_t)a;
    int64_t r;
    switch (op) {
    case BT_INIT:
        return do_init();
    case BT_BUNDLE:
        return do_bundle(p, b);
    case BT_COMPILE:
        return do_compile(p, b);
    case BT_FREEZE:
        return do_freeze();
    case BT_GC:
        return do_gc();
    case BT_ALLOC:
        return (uint32_t)(uintptr_t)malloc(a);
    case BT_LOAD:
        r = do_load(p, b);
        break;
    case BT_CODE:
        r = do_code(p, b);
        break;
    case BT_RUN:
        r = do_run(p, b);
        break;
    case BT_TURN:
        r = do_turn(p, b);
        break;
    case BT_ECHO:
        r = do_echo(p, b);
        break;
    default:
        return fail();
    }
    if (p != bt.in)
        free((void *)p);
    return r;
}
