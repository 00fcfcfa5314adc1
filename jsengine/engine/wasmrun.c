//go:build ignore

/* What runs WebAssembly: the objects of its JavaScript interface, and the
 * interpreter of the code that wasm.c makes. Included by shim.c after wasm.c.
 *
 * wm_fast is a loop that, like fast.c's, calls nothing; what needs a call (host
 * functions, references, memory's growth) it leaves to wm_slow. Calls from
 * WebAssembly to WebAssembly take no C stack: all frames lie in one array, whose
 * bound is that of recursion.
 *
 * A reference in a slot is 64 bits: null is 0. Slots hold no count. What comes in
 * while code runs is held by a pool until nothing on the array looks like it. */

typedef struct wm_inst wm_inst;

typedef struct {
    wm_inst *inst;       /* whose function it is */
    const wm_code *code; /* NULL: a function of JavaScript */
    const wm_type *type;
    uint32_t index; /* in the instance */
    JSValue callee, wrapper; /* what it calls; what JavaScript calls it by, from the first use on */
} wm_func;

typedef struct { /* what a memory and its ArrayBuffer share */
    uint32_t refs;
    uint32_t size, room; /* bytes */
    uint8_t *p;
} wm_bytes;

typedef struct {
    JSObject *self; /* not counted */
    wm_bytes *bytes;
    uint32_t max; /* pages */
    bool bounded;
    JSValue buffer; /* undefined: none was asked for */
} wm_memory;

typedef struct {
    JSObject *self; /* not counted */
    uint64_t *items;
    uint32_t n, room, max;
    bool bounded;
    uint8_t type;
} wm_table;

typedef struct {
    JSObject *self; /* not counted */
    uint8_t type;
    bool writable;
    uint64_t bits;
} wm_global;

struct wm_inst {
    JSObject *self; /* not counted */
    JSValue module, exports;
    wm_module *m;
    wm_func **funcs, *own;
    wm_memory *memory;
    wm_table **tables;
    wm_global **globals;
    JSValue *held; /* objects of its memory, tables and globals, and what it imports */
    uint32_t held_count, own_count;
    uint8_t *dropped; /* data segments, then elements: whether they were given up */
};

enum { WC_MODULE, WC_INSTANCE, WC_MEMORY, WC_TABLE, WC_GLOBAL, WC_COUNT };
static JSClassID wm_class[WC_COUNT];

enum {
    WM_STACK = 1 << 20,      /* bytes of frames */
    WM_STACK_FIRST = 16 << 10,
    WM_STACK_SLACK = 64,     /* behind them: wm_slow reads three operands, whether there are or not */
    WM_DEPTH = 400,          /* calls from JavaScript within each other: each takes native stack */
    WM_POOL_FIRST = 256,
    WM_SPIN = 1 << 15,       /* jumps back before somebody asks whether to stop */
    WM_MOST_PAGES = 32767,   /* what an ArrayBuffer can hold */
};

typedef struct {
    uint64_t bits;
    JSValue owner;
} wm_root_entry;

static struct {
    uint8_t *base;
    uint32_t size, top; /* bytes of base; what outer calls use of them */
    uint32_t depth;
    wm_root_entry *roots;
    uint32_t root_count, root_size, root_limit;
    JSValue *entered; /* instances that were called into from another */
    uint32_t entered_count, entered_size;
} wm;

static void *wm_opaque(JSValueConst v, int class)
{
    JSObject *p;
    if (JS_VALUE_GET_TAG(v) != JS_TAG_OBJECT)
        return NULL;
    p = JS_VALUE_GET_OBJ(v);
    return p->class_id == wm_class[class] ? p->u.opaque : NULL;
}

/* wm_self is an object that a record belongs to. */
static JSValue wm_self(JSObject *self) { return js_dup(JS_MKPTR(JS_TAG_OBJECT, self)); }

/* ---- references ---- */

static uint64_t wm_extern_bits(JSValueConst v)
{
    return (uint64_t)v ^ (uint64_t)JS_NULL;
}

static JSValue wm_extern_value(uint64_t bits)
{
    return (JSValue)(bits ^ (uint64_t)JS_NULL);
}

/* A function's reference names the object that keeps it alive. */
static uint64_t wm_func_bits(const wm_func *f)
{
    return (uint32_t)(uintptr_t)f | (uint64_t)(uint32_t)(uintptr_t)f->inst->self << 32;
}

static wm_func *wm_func_of_bits(uint64_t bits) { return (wm_func *)(uintptr_t)(uint32_t)bits; }

/* wm_owner is what a reference must hold to stay good; no reference is given. */
static JSValue wm_owner(uint8_t type, uint64_t bits)
{
    if (type == WT_EXTERN)
        return wm_extern_value(bits);
    if (type == WT_FUNC && bits)
        return JS_MKPTR(JS_TAG_OBJECT, (void *)(uintptr_t)(uint32_t)(bits >> 32));
    return JS_UNDEFINED;
}

static uint64_t wm_keep(uint8_t type, uint64_t bits)
{
    js_dup(wm_owner(type, bits));
    return bits;
}

static void wm_drop(JSRuntime *rt, uint8_t type, uint64_t bits) { JS_FreeValueRT(rt, wm_owner(type, bits)); }

/* wm_put changes what a table or a global holds. */
static void wm_put(uint8_t type, uint64_t *at, uint64_t bits)
{
    uint64_t old = *at;
    *at = wm_keep(type, bits);
    wm_drop(rt, type, old);
}

static int wm_root_cmp(const void *a, const void *b, void *opaque)
{
    uint64_t x = ((const wm_root_entry *)a)->bits, y = ((const wm_root_entry *)b)->bits;
    return x < y ? -1 : x > y;
}

/* wm_sweep gives up what no slot has any more. */
static void wm_sweep(void)
{
    uint64_t *slot = (uint64_t *)wm.base, *end = (uint64_t *)(wm.base + wm.size);
    uint32_t n = wm.root_count, i, kept = 0, lo, hi, mid;
    wm_root_entry *r = wm.roots, e;
    uint8_t *live = js_mallocz_rt(rt, n);
    if (!live)
        return;
    rqsort(r, n, sizeof *r, wm_root_cmp, NULL);
    for (; slot < end; slot++) {
        if (*slot < r[0].bits || *slot > r[n - 1].bits)
            continue;
        for (lo = 0, hi = n - 1; lo < hi;) {
            mid = (lo + hi) / 2;
            if (r[mid].bits < *slot)
                lo = mid + 1;
            else
                hi = mid;
        }
        if (r[lo].bits == *slot)
            live[lo] = 1; /* the first of equals */
    }
    for (i = 0; i < n; i++) {
        e = r[i];
        if (live[i])
            r[kept++] = e;
        else
            JS_FreeValue(ctx, e.owner);
    }
    js_free_rt(rt, live);
    wm.root_count = kept;
}

/* wm_root holds a reference that comes into a slot. */
static int wm_root(uint8_t type, uint64_t bits)
{
    JSValue owner = wm_owner(type, bits);
    wm_root_entry *r;
    uint32_t n;
    if (!JS_VALUE_HAS_REF_COUNT(owner))
        return 0;
    if (wm.root_count == wm.root_size) {
        if (wm.root_count && wm.root_count >= wm.root_limit) {
            wm_sweep();
            wm.root_limit = wm.root_count * 2 < WM_POOL_FIRST ? WM_POOL_FIRST : wm.root_count * 2;
        }
        if (wm.root_count == wm.root_size) {
            n = wm.root_size ? wm.root_size * 2 : WM_POOL_FIRST;
            r = js_realloc(ctx, wm.roots, n * sizeof *r);
            if (!r)
                return -1;
            wm.roots = r;
            wm.root_size = n;
        }
    }
    wm.roots[wm.root_count].bits = bits;
    wm.roots[wm.root_count++].owner = js_dup(owner);
    return 0;
}

/* ---- objects ---- */

static void wm_module_finalizer(JSRuntime *rt, JSValueConst obj)
{
    wm_module *m = JS_VALUE_GET_OBJ(obj)->u.opaque;
    if (m)
        wm_module_free(rt, m);
}

static void wm_instance_finalizer(JSRuntime *rt, JSValueConst obj)
{
    wm_inst *in = JS_VALUE_GET_OBJ(obj)->u.opaque;
    uint32_t i;
    if (!in)
        return;
    for (i = 0; i < in->own_count; i++) {
        JS_FreeValueRT(rt, in->own[i].callee);
        JS_FreeValueRT(rt, in->own[i].wrapper);
    }
    for (i = 0; i < in->held_count; i++)
        JS_FreeValueRT(rt, in->held[i]);
    JS_FreeValueRT(rt, in->exports);
    JS_FreeValueRT(rt, in->module);
    js_free_rt(rt, in->funcs);
    js_free_rt(rt, in->own);
    js_free_rt(rt, in->tables);
    js_free_rt(rt, in->globals);
    js_free_rt(rt, in->held);
    js_free_rt(rt, in->dropped);
    js_free_rt(rt, in);
}

static void wm_instance_mark(JSRuntime *rt, JSValueConst obj, JS_MarkFunc *mark)
{
    wm_inst *in = JS_VALUE_GET_OBJ(obj)->u.opaque;
    uint32_t i;
    if (!in)
        return;
    for (i = 0; i < in->own_count; i++) {
        JS_MarkValue(rt, in->own[i].callee, mark);
        JS_MarkValue(rt, in->own[i].wrapper, mark);
    }
    for (i = 0; i < in->held_count; i++)
        JS_MarkValue(rt, in->held[i], mark);
    JS_MarkValue(rt, in->exports, mark);
    JS_MarkValue(rt, in->module, mark);
}

static void wm_bytes_unref(JSRuntime *rt, wm_bytes *b)
{
    if (--b->refs)
        return;
    js_free_rt(rt, b->p);
    js_free_rt(rt, b);
}

/* wm_buffer_realloc is what the ArrayBuffer of a memory is freed by, and known by. */
static void *wm_buffer_realloc(JSRuntime *rt, void *opaque, void *p, size_t size)
{
    if (size == 0)
        wm_bytes_unref(rt, opaque);
    return NULL;
}

static void wm_memory_finalizer(JSRuntime *rt, JSValueConst obj)
{
    wm_memory *m = JS_VALUE_GET_OBJ(obj)->u.opaque;
    if (!m)
        return;
    JS_FreeValueRT(rt, m->buffer);
    wm_bytes_unref(rt, m->bytes);
    js_free_rt(rt, m);
}

static void wm_memory_mark(JSRuntime *rt, JSValueConst obj, JS_MarkFunc *mark)
{
    wm_memory *m = JS_VALUE_GET_OBJ(obj)->u.opaque;
    if (m)
        JS_MarkValue(rt, m->buffer, mark);
}

static void wm_table_finalizer(JSRuntime *rt, JSValueConst obj)
{
    wm_table *t = JS_VALUE_GET_OBJ(obj)->u.opaque;
    uint32_t i;
    if (!t)
        return;
    for (i = 0; i < t->n; i++)
        wm_drop(rt, t->type, t->items[i]);
    js_free_rt(rt, t->items);
    js_free_rt(rt, t);
}

static void wm_table_mark(JSRuntime *rt, JSValueConst obj, JS_MarkFunc *mark)
{
    wm_table *t = JS_VALUE_GET_OBJ(obj)->u.opaque;
    uint32_t i;
    if (!t)
        return;
    for (i = 0; i < t->n; i++)
        JS_MarkValue(rt, wm_owner(t->type, t->items[i]), mark);
}

static void wm_global_finalizer(JSRuntime *rt, JSValueConst obj)
{
    wm_global *g = JS_VALUE_GET_OBJ(obj)->u.opaque;
    if (!g)
        return;
    wm_drop(rt, g->type, g->bits);
    js_free_rt(rt, g);
}

static void wm_global_mark(JSRuntime *rt, JSValueConst obj, JS_MarkFunc *mark)
{
    wm_global *g = JS_VALUE_GET_OBJ(obj)->u.opaque;
    if (g)
        JS_MarkValue(rt, wm_owner(g->type, g->bits), mark);
}

static const JSClassDef wm_class_defs[WC_COUNT] = {
    { .class_name = "WebAssembly.Module", .finalizer = wm_module_finalizer },
    { .class_name = "WebAssembly.Instance", .finalizer = wm_instance_finalizer, .gc_mark = wm_instance_mark },
    { .class_name = "WebAssembly.Memory", .finalizer = wm_memory_finalizer, .gc_mark = wm_memory_mark },
    { .class_name = "WebAssembly.Table", .finalizer = wm_table_finalizer, .gc_mark = wm_table_mark },
    { .class_name = "WebAssembly.Global", .finalizer = wm_global_finalizer, .gc_mark = wm_global_mark },
};

/* wm_init makes the classes, before there is a context. */
static int wm_init(void)
{
    int i;
    for (i = 0; i < WC_COUNT; i++) {
        JS_NewClassID(rt, &wm_class[i]);
        if (JS_NewClass(rt, wm_class[i], &wm_class_defs[i]))
            return -1;
    }
    return 0;
}

/* wm_object makes an object around p, which is freed if that fails. */
static JSValue wm_object(int class, void *p)
{
    JSValue v = p ? JS_NewObjectClass(ctx, wm_class[class]) : JS_EXCEPTION;
    if (JS_IsException(v))
        js_free(ctx, p);
    else
        JS_VALUE_GET_OBJ(v)->u.opaque = p;
    return v;
}

/* wm_new_memory returns undefined, without an exception, if there is no room for so many pages. */
static JSValue wm_new_memory(uint32_t pages, uint32_t max, bool bounded)
{
    wm_memory *m;
    wm_bytes *b;
    JSValue v;
    if (pages > WM_MOST_PAGES)
        return JS_UNDEFINED;
    b = js_mallocz(ctx, sizeof *b);
    if (!b)
        return JS_EXCEPTION;
    b->refs = 1;
    b->size = b->room = pages << 16;
    b->p = js_calloc_rt(rt, 1, b->size ? b->size : 1);
    if (!b->p) {
        js_free(ctx, b);
        return JS_UNDEFINED;
    }
    m = js_mallocz(ctx, sizeof *m);
    if (!m) {
        wm_bytes_unref(rt, b);
        return JS_EXCEPTION;
    }
    m->bytes = b;
    m->max = max;
    m->bounded = bounded;
    m->buffer = JS_UNDEFINED;
    v = wm_object(WC_MEMORY, m);
    if (JS_IsException(v))
        wm_bytes_unref(rt, b);
    else
        m->self = JS_VALUE_GET_OBJ(v);
    return v;
}

static JSValue wm_buffer(wm_memory *m)
{
    JSValue v;
    if (!JS_IsUndefined(m->buffer))
        return js_dup(m->buffer);
    m->bytes->refs++;
    v = JS_NewArrayBuffer(ctx, m->bytes->p, m->bytes->size, 0, wm_buffer_realloc, m->bytes, false);
    if (JS_IsException(v))
        wm_bytes_unref(rt, m->bytes);
    else
        m->buffer = js_dup(v);
    return v;
}

/* wm_grow adds pages to a memory and returns how many it had, or -1. */
static int64_t wm_grow(wm_memory *m, uint32_t delta)
{
    wm_bytes *b = m->bytes;
    uint32_t pages = b->size >> 16, most = m->bounded && m->max < WM_MOST_PAGES ? m->max : WM_MOST_PAGES, size, room;
    uint8_t *p;
    if (pages > most || delta > most - pages)
        return -1;
    size = (pages + delta) << 16;
    if (size > b->room) {
        /* An eighth more, so that who grows by single pages does not copy everything each time. */
        room = size + (size >> 3 & ~0xffffu);
        if (room >> 16 > most)
            room = most << 16;
        p = js_realloc_rt(rt, b->p, room);
        if (!p) {
            room = size;
            p = js_realloc_rt(rt, b->p, room);
        }
        if (!p)
            return -1;
        b->p = p;
        b->room = room;
    }
    memset(b->p + b->size, 0, size - b->size);
    b->size = size;
    if (!JS_IsUndefined(m->buffer)) {
        JSValue old = m->buffer;
        m->buffer = JS_UNDEFINED;
        JS_DetachArrayBuffer(ctx, old);
        JS_FreeValue(ctx, old);
    }
    return pages;
}

/* wm_table_grow adds n times a value to a table and returns how many it had, or -1. */
static int64_t wm_table_grow(wm_table *t, uint32_t n, uint64_t bits)
{
    uint32_t old = t->n, most = t->bounded && t->max < WM_TABLE_SIZE ? t->max : WM_TABLE_SIZE, room, i;
    uint64_t *items;
    if (old > most || n > most - old)
        return -1;
    if (old + n > t->room) {
        room = t->room * 2 > old + n && t->room * 2 <= most ? t->room * 2 : old + n;
        items = js_realloc_rt(rt, t->items, (size_t)room * sizeof *items);
        if (!items)
            return -1;
        t->items = items;
        t->room = room;
    }
    for (i = old; i < old + n; i++)
        t->items[i] = wm_keep(t->type, bits);
    t->n = old + n;
    return old;
}

/* wm_new_table returns undefined, without an exception, if there is no room for so many elements. */
static JSValue wm_new_table(uint8_t type, uint32_t n, uint32_t max, bool bounded)
{
    wm_table *t = js_mallocz(ctx, sizeof *t);
    JSValue v;
    if (!t)
        return JS_EXCEPTION;
    t->type = type;
    t->max = max;
    t->bounded = bounded;
    v = wm_object(WC_TABLE, t);
    if (JS_IsException(v))
        return v;
    t->self = JS_VALUE_GET_OBJ(v);
    if (wm_table_grow(t, n, 0) < 0) {
        JS_FreeValue(ctx, v);
        return JS_UNDEFINED;
    }
    return v;
}

static JSValue wm_new_global(uint8_t type, bool writable, uint64_t bits)
{
    wm_global *g = js_mallocz(ctx, sizeof *g);
    JSValue v;
    if (!g)
        return JS_EXCEPTION;
    g->type = type;
    g->writable = writable;
    v = wm_object(WC_GLOBAL, g);
    if (JS_IsException(v))
        return v;
    g->self = JS_VALUE_GET_OBJ(v);
    g->bits = wm_keep(type, bits);
    return v;
}

/* ---- values ---- */

static JSValue wm_call(JSContext *c, JSValueConst this_val, int argc, JSValueConst *argv, int magic, JSValueConst *data);

/* wm_func_of is the function that an exported function stands for, or NULL. */
static wm_func *wm_func_of(JSValueConst v)
{
    JSCFunctionDataRecord *s;
    JSObject *p;
    wm_inst *in;
    if (JS_VALUE_GET_TAG(v) != JS_TAG_OBJECT)
        return NULL;
    p = JS_VALUE_GET_OBJ(v);
    if (p->class_id != JS_CLASS_C_FUNCTION_DATA)
        return NULL;
    s = p->u.opaque;
    if (s->func != wm_call)
        return NULL;
    in = JS_VALUE_GET_OBJ(s->data[0])->u.opaque;
    return in->funcs[JS_VALUE_GET_INT(s->data[1])];
}

/* wm_wrap is the function that JavaScript has for one of an instance: always the same. */
static JSValue wm_wrap(wm_func *f)
{
    JSValue data[2], v;
    char name[16];
    if (JS_IsUndefined(f->wrapper)) {
        data[0] = JS_MKPTR(JS_TAG_OBJECT, f->inst->self);
        data[1] = js_int32(f->index);
        snprintf(name, sizeof name, "%u", f->index);
        v = JS_NewCFunctionData2(ctx, wm_call, name, 0, 0, 2, vc(data));
        if (JS_IsException(v))
            return v;
        if (JS_DefinePropertyValue(ctx, v, JS_ATOM_length, js_int32(f->type->params), JS_PROP_CONFIGURABLE) < 0) {
            JS_FreeValue(ctx, v);
            return JS_EXCEPTION;
        }
        f->wrapper = v;
    }
    return js_dup(f->wrapper);
}

static float wm_to_f32(double d)
{
    return d == d ? (float)d : __builtin_nanf("");
}

/* wm_value is a slot's value for JavaScript. */
static JSValue wm_value(uint8_t type, uint64_t bits)
{
    union { uint64_t u; double d; float f; int32_t i; } x = { bits };
    switch (type) {
    case WT_I32: return js_int32(x.i);
    case WT_I64: return JS_NewBigInt64(ctx, bits);
    case WT_F32: return js_number(x.f);
    case WT_F64: return js_number(x.d);
    case WT_EXTERN: return js_dup(wm_extern_value(bits));
    }
    return bits ? wm_wrap(wm_func_of_bits(bits)) : JS_NULL;
}

/* wm_bits converts a value to a type, as a slot has it; of a reference the caller still has the count. */
static int wm_bits(uint8_t type, JSValueConst v, uint64_t *bits)
{
    union { uint64_t u; double d; float f; int32_t i; int64_t l; } x = { 0 };
    wm_func *f;
    double d;
    switch (type) {
    case WT_I32:
        if (JS_ToInt32(ctx, &x.i, v))
            return -1;
        break;
    case WT_I64:
        if (JS_IsNumber(v) || JS_IsNull(v) || JS_IsUndefined(v)) {
            bt_say(ctx, "Cannot convert ", v, " to a BigInt");
            return -1;
        }
        if (JS_ToBigInt64(ctx, &x.l, v))
            return -1;
        break;
    case WT_F32:
        if (JS_ToFloat64(ctx, &d, v))
            return -1;
        x.f = wm_to_f32(d);
        break;
    case WT_F64:
        if (JS_ToFloat64(ctx, &x.d, v))
            return -1;
        break;
    case WT_EXTERN:
        x.u = wm_extern_bits(v);
        break;
    default:
        if (!JS_IsNull(v)) {
            f = wm_func_of(v);
            if (!f) {
                JS_ThrowTypeError(ctx, "type incompatibility when transforming from/to JS");
                return -1;
            }
            x.u = wm_func_bits(f);
        }
    }
    *bits = x.u;
    return 0;
}

static bool wm_same_type(const wm_type *a, const wm_type *b)
{
    return a == b || (a->params == b->params && a->results == b->results && !memcmp(a->types, b->types, a->params + a->results));
}

/* ---- the interpreter ---- */

enum { TRAP_UNREACHABLE, TRAP_MEMORY, TRAP_DIVIDE, TRAP_REMAINDER, TRAP_OVERFLOW, TRAP_FLOAT, TRAP_FUNCTION, TRAP_TABLE, TRAP_ELEMENTS };
static const char *const wm_traps[] = {
    "unreachable", "memory access out of bounds", "divide by zero", "remainder by zero", "divide result unrepresentable",
    "float unrepresentable in integer range", "null function or function signature mismatch", "table index is out of bounds", "element segment out of bounds",
};

enum { LEAVE_SLOW, LEAVE_RETURN, LEAVE_TRAP, LEAVE_POLL };

typedef struct {
    const uint64_t *pc;
    uint8_t *fp, *end; /* end: of the array of frames */
    wm_inst *inst;
    uint8_t *mem;
    uint64_t mem_size;
    uint64_t link; /* of a return: where to; from */
    uint32_t from;
    int trap;
} wm_state;

/* The two words of a frame behind its locals: the instruction to go on with and how
 * many bytes lower its frame is; then the instance to go on in, FRAME_FIRST, or 0 for the same. */
#define FRAME_FIRST 1

typedef uint32_t __attribute__((may_alias)) wm_u32_t;
typedef int32_t __attribute__((may_alias)) wm_i32_t;
typedef uint64_t __attribute__((may_alias)) wm_u64_t;
typedef int64_t __attribute__((may_alias)) wm_i64_t;
typedef float __attribute__((may_alias)) wm_f32_t;
typedef double __attribute__((may_alias)) wm_f64_t;

/* No NaN but one: which one an operation gives would depend on the processor. */
static inline float wm_nan32(float x) { return x == x ? x : __builtin_nanf(""); }
static inline double wm_nan64(double x) { return x == x ? x : __builtin_nan(""); }

#define WM_MIN(type, bits) \
    static inline type wm_min_##type(type a, type b) \
    { \
        union { type f; uint##bits##_t u; } x = { a }, y = { b }; \
        if (a < b) return a; \
        if (b < a) return b; \
        if (a != a || b != b) return a != a ? wm_nan##bits(a) : wm_nan##bits(b); \
        x.u |= y.u; \
        return x.f; \
    } \
    static inline type wm_max_##type(type a, type b) \
    { \
        union { type f; uint##bits##_t u; } x = { a }, y = { b }; \
        if (a > b) return a; \
        if (b > a) return b; \
        if (a != a || b != b) return a != a ? wm_nan##bits(a) : wm_nan##bits(b); \
        x.u &= y.u; \
        return x.f; \
    }
WM_MIN(float, 32)
WM_MIN(double, 64)

static __attribute__((noinline)) int wm_fast(wm_state *s)
{
    const uint64_t *pc = s->pc;
    uint8_t *fp = s->fp, *end = s->end;
    wm_inst *inst = s->inst;
    uint8_t *mem = s->mem;
    uint64_t mem_size = s->mem_size, w, ea;
    uint32_t spin = WM_SPIN;
    int trap;

#define A ((uint32_t)(w >> 5) & 0x7fff8)
#define B ((uint32_t)(w >> 21) & 0x7fff8)
#define C ((uint32_t)(w >> 37) & 0x7fff8)
#define C24 ((uint32_t)(w >> 40))
#define IMM ((int32_t)((int64_t)w >> 40))
#define IMM16 ((int16_t)(w >> 24))
#define U32(x) (*(wm_u32_t *)(fp + (x)))
#define I32(x) (*(wm_i32_t *)(fp + (x)))
#define U64(x) (*(wm_u64_t *)(fp + (x)))
#define I64(x) (*(wm_i64_t *)(fp + (x)))
#define F32(x) (*(wm_f32_t *)(fp + (x)))
#define F64(x) (*(wm_f64_t *)(fp + (x)))
#define TRAP(t) do { trap = (t); goto trapped; } while (0)
#define JUMP() do { int32_t by = IMM; pc += by; if (by < 0 && --spin == 0) goto poll; } while (0)
#define OP(op, set) case op: set; continue;
#define CMPS(first, T, S, imm_s, imm_u) \
    OP(first + CMP_EQ, U32(A) = T(B) == T(C)) \
    OP(first + CMP_NE, U32(A) = T(B) != T(C)) \
    OP(first + CMP_LTS, U32(A) = S(B) < S(C)) \
    OP(first + CMP_LTU, U32(A) = T(B) < T(C)) \
    OP(first + CMP_GES, U32(A) = S(B) >= S(C)) \
    OP(first + CMP_GEU, U32(A) = T(B) >= T(C)) \
    OP(first + 6 + CMP_EQ, U32(A) = S(B) == (imm_s)IMM) \
    OP(first + 6 + CMP_NE, U32(A) = S(B) != (imm_s)IMM) \
    OP(first + 6 + CMP_LTS, U32(A) = S(B) < (imm_s)IMM) \
    OP(first + 6 + CMP_LTU, U32(A) = T(B) < (imm_u)(imm_s)IMM) \
    OP(first + 6 + CMP_GES, U32(A) = S(B) >= (imm_s)IMM) \
    OP(first + 6 + CMP_GEU, U32(A) = T(B) >= (imm_u)(imm_s)IMM)
#define BRANCH(op, cond) case op: if (cond) JUMP(); continue;
#define BRS(first, T, S, imm_s, imm_u) \
    BRANCH(first + CMP_EQ, T(A) == T(B)) \
    BRANCH(first + CMP_NE, T(A) != T(B)) \
    BRANCH(first + CMP_LTS, S(A) < S(B)) \
    BRANCH(first + CMP_LTU, T(A) < T(B)) \
    BRANCH(first + CMP_GES, S(A) >= S(B)) \
    BRANCH(first + CMP_GEU, T(A) >= T(B)) \
    BRANCH(first + 6 + CMP_EQ, S(A) == (imm_s)IMM16) \
    BRANCH(first + 6 + CMP_NE, S(A) != (imm_s)IMM16) \
    BRANCH(first + 6 + CMP_LTS, S(A) < (imm_s)IMM16) \
    BRANCH(first + 6 + CMP_LTU, T(A) < (imm_u)(imm_s)IMM16) \
    BRANCH(first + 6 + CMP_GES, S(A) >= (imm_s)IMM16) \
    BRANCH(first + 6 + CMP_GEU, T(A) >= (imm_u)(imm_s)IMM16)
#define ROTL(x, n, bits) ((x) << ((n) & (bits - 1)) | (x) >> (-(n) & (bits - 1)))
#define ROTR(x, n, bits) ((x) >> ((n) & (bits - 1)) | (x) << (-(n) & (bits - 1)))
#define INTS(P, U, S, bits, uint, sint, least, clz, ctz, popcnt) \
    OP(W_##P##_CLZ, U(A) = U(B) ? clz(U(B)) : bits) \
    OP(W_##P##_CTZ, U(A) = U(B) ? ctz(U(B)) : bits) \
    OP(W_##P##_POPCNT, U(A) = popcnt(U(B))) \
    OP(W_##P##_ADD, U(A) = U(B) + U(C)) \
    OP(W_##P##_SUB, U(A) = U(B) - U(C)) \
    OP(W_##P##_MUL, U(A) = U(B) * U(C)) \
    case W_##P##_DIVS: \
        if (U(C) == 0) TRAP(TRAP_DIVIDE); \
        if (S(C) == -1 && S(B) == least) TRAP(TRAP_OVERFLOW); \
        S(A) = S(B) / S(C); \
        continue; \
    case W_##P##_DIVU: \
        if (U(C) == 0) TRAP(TRAP_DIVIDE); \
        U(A) = U(B) / U(C); \
        continue; \
    case W_##P##_REMS: \
        if (U(C) == 0) TRAP(TRAP_REMAINDER); \
        S(A) = S(C) == -1 ? 0 : S(B) % S(C); \
        continue; \
    case W_##P##_REMU: \
        if (U(C) == 0) TRAP(TRAP_REMAINDER); \
        U(A) = U(B) % U(C); \
        continue; \
    OP(W_##P##_AND, U(A) = U(B) & U(C)) \
    OP(W_##P##_OR, U(A) = U(B) | U(C)) \
    OP(W_##P##_XOR, U(A) = U(B) ^ U(C)) \
    OP(W_##P##_SHL, U(A) = U(B) << (U(C) & (bits - 1))) \
    OP(W_##P##_SHRS, S(A) = S(B) >> (U(C) & (bits - 1))) \
    OP(W_##P##_SHRU, U(A) = U(B) >> (U(C) & (bits - 1))) \
    OP(W_##P##_ROTL, U(A) = ROTL(U(B), U(C), bits)) \
    OP(W_##P##_ROTR, U(A) = ROTR(U(B), U(C), bits)) \
    OP(W_##P##_ADDI, U(A) = U(B) + (uint)(sint)IMM) \
    OP(W_##P##_MULI, U(A) = U(B) * (uint)(sint)IMM) \
    OP(W_##P##_ANDI, U(A) = U(B) & (uint)(sint)IMM) \
    OP(W_##P##_ORI, U(A) = U(B) | (uint)(sint)IMM) \
    OP(W_##P##_XORI, U(A) = U(B) ^ (uint)(sint)IMM) \
    OP(W_##P##_SHLI, U(A) = U(B) << (IMM & (bits - 1))) \
    OP(W_##P##_SHRSI, S(A) = S(B) >> (IMM & (bits - 1))) \
    OP(W_##P##_SHRUI, U(A) = U(B) >> (IMM & (bits - 1)))
#define FLOATS(P, F, U, type, bits, nan, sign, suffix) \
    OP(W_##P##_EQ, U32(A) = F(B) == F(C)) \
    OP(W_##P##_NE, U32(A) = F(B) != F(C)) \
    OP(W_##P##_LT, U32(A) = F(B) < F(C)) \
    OP(W_##P##_LE, U32(A) = F(B) <= F(C)) \
    OP(W_##P##_ABS, U(A) = U(B) & ~sign) \
    OP(W_##P##_NEG, U(A) = U(B) ^ sign) \
    OP(W_##P##_CEIL, F(A) = nan(__builtin_ceil##suffix(F(B)))) \
    OP(W_##P##_FLOOR, F(A) = nan(__builtin_floor##suffix(F(B)))) \
    OP(W_##P##_TRUNC, F(A) = nan(__builtin_trunc##suffix(F(B)))) \
    OP(W_##P##_NEAREST, F(A) = nan(__builtin_rint##suffix(F(B)))) \
    OP(W_##P##_SQRT, F(A) = nan(__builtin_sqrt##suffix(F(B)))) \
    OP(W_##P##_ADD, F(A) = nan(F(B) + F(C))) \
    OP(W_##P##_SUB, F(A) = nan(F(B) - F(C))) \
    OP(W_##P##_MUL, F(A) = nan(F(B) * F(C))) \
    OP(W_##P##_DIV, F(A) = nan(F(B) / F(C))) \
    OP(W_##P##_MIN, F(A) = wm_min_##type(F(B), F(C))) \
    OP(W_##P##_MAX, F(A) = wm_max_##type(F(B), F(C))) \
    OP(W_##P##_COPYSIGN, U(A) = (U(B) & ~sign) | (U(C) & sign))
#define TRUNC(op, F, least, most, set) case op: { double d = F(B); if (!(d least && d < most)) TRAP(TRAP_FLOAT); set; continue; }
#define SAT(op, F, least, low, most, high, set, zero) case op: { double d = F(B); if (d least && d < most) { set; } else zero = d != d ? 0 : d < 0 ? low : high; continue; }
#define LOAD(op, size, type, set) case op: { \
        type v; \
        ea = (uint64_t)U32(B) + C24; \
        if (ea + size > mem_size) TRAP(TRAP_MEMORY); \
        __builtin_memcpy(&v, mem + (uint32_t)ea, size); \
        set = v; \
        continue; }
#define STORE(op, size, type, get) case op: { \
        type v = get; \
        ea = (uint64_t)U32(A) + C24; \
        if (ea + size > mem_size) TRAP(TRAP_MEMORY); \
        __builtin_memcpy(mem + (uint32_t)ea, &v, size); \
        continue; }

    for (;;) {
        w = *pc++;
        switch ((uint8_t)w) {
        case W_UNREACHABLE:
            TRAP(TRAP_UNREACHABLE);
        case W_BR:
            JUMP();
            continue;
        case W_BR_TABLE: {
            uint32_t i = U32(A), n = C24;
            pc += i < n ? i : n;
            continue;
        }
        case W_RET0: case W_RET1: case W_RETN: {
            uint8_t *frame = fp + ((uint32_t)(w >> 37) & 0x7fffff8);
            uint64_t link = *(wm_u64_t *)frame;
            uint32_t from = *(wm_u32_t *)(frame + 8), i, n;
            if ((uint8_t)w == W_RET1) {
                U64(0) = U64(A);
            } else if ((uint8_t)w == W_RETN) {
                n = (uint16_t)(w >> 24);
                for (i = 0; i < n; i++)
                    U64(i * 8) = U64(A + i * 8);
            }
            if (from) {
                s->link = link;
                s->from = from;
                s->fp = fp;
                s->pc = pc;
                return LEAVE_RETURN;
            }
            pc = (const uint64_t *)(uintptr_t)(uint32_t)link;
            fp -= (uint32_t)(link >> 32);
            continue;
        }
        case W_CALL: case W_CALL_INDIRECT: {
            const wm_func *f;
            const wm_code *k;
            uint8_t *to, *frame;
            uint32_t at, n;
            if ((uint8_t)w == W_CALL) {
                f = inst->funcs[C24];
                n = 0;
            } else {
                wm_table *t = inst->tables[C24];
                at = U32(B);
                if (at >= t->n) TRAP(TRAP_TABLE);
                f = wm_func_of_bits(t->items[at]);
                if (!f || f->type != (const wm_type *)(uintptr_t)*pc) goto slow;
                n = 1;
            }
            k = f->code;
            if (!k || f->inst != inst) goto slow;
            to = fp + A;
            if ((uint32_t)(end - to) < k->frame * 8) goto slow;
            pc += n;
            frame = to + k->locals * 8;
            for (n = f->type->params * 8; n < (uint32_t)(frame - to); n += 8)
                *(volatile wm_u64_t *)(to + n) = 0; /* volatile: not by a call of memset */
            *(wm_u64_t *)frame = (uint32_t)(uintptr_t)pc | (uint64_t)(uint32_t)(to - fp) << 32;
            *(wm_u64_t *)(frame + 8) = 0;
            fp = to;
            pc = k->code;
            continue;
        }
        OP(W_COPY, U64(A) = U64(B))
        OP(W_CONST32, U64(A) = (uint32_t)(w >> 24))
        OP(W_CONST32S, I64(A) = (int32_t)(w >> 24))
        OP(W_CONST64, U64(A) = *pc++)
        case W_SELECT:
            if (!U32(C))
                U64(A) = U64(B);
            continue;
        OP(W_GLOBAL_GET, U64(A) = inst->globals[C24]->bits)
        OP(W_GLOBAL_SET, inst->globals[C24]->bits = U64(A))
        LOAD(W_LOAD8U, 1, uint8_t, U64(A))
        LOAD(W_LOAD8S, 1, int8_t, I64(A))
        LOAD(W_LOAD16U, 2, uint16_t, U64(A))
        LOAD(W_LOAD16S, 2, int16_t, I64(A))
        LOAD(W_LOAD32U, 4, uint32_t, U64(A))
        LOAD(W_LOAD32S, 4, int32_t, I64(A))
        LOAD(W_LOAD64, 8, uint64_t, U64(A))
        STORE(W_STORE8, 1, uint8_t, U32(B))
        STORE(W_STORE16, 2, uint16_t, U32(B))
        STORE(W_STORE32, 4, uint32_t, U32(B))
        STORE(W_STORE64, 8, uint64_t, U64(B))
        case W_ADDRESS:
            ea = (uint64_t)U32(B) + *pc++;
            if (ea > UINT32_MAX) TRAP(TRAP_MEMORY);
            U32(A) = ea;
            continue;
        OP(W_MEMORY_SIZE, U32(A) = mem_size >> 16)
        CMPS(W_CMP_I32, U32, I32, int32_t, uint32_t)
        CMPS(W_CMP_I64, U64, I64, int64_t, uint64_t)
        BRS(W_BR_CMP_I32, U32, I32, int32_t, uint32_t)
        BRS(W_BR_CMP_I64, U64, I64, int64_t, uint64_t)
        INTS(I32, U32, I32, 32, uint32_t, int32_t, INT32_MIN, __builtin_clz, __builtin_ctz, __builtin_popcount)
        INTS(I64, U64, I64, 64, uint64_t, int64_t, INT64_MIN, __builtin_clzll, __builtin_ctzll, __builtin_popcountll)
        OP(W_EXT8S, I64(A) = (int8_t)U32(B))
        OP(W_EXT16S, I64(A) = (int16_t)U32(B))
        OP(W_EXT32S, I64(A) = I32(B))
        OP(W_EXT32U, U64(A) = U32(B))
        FLOATS(F32, F32, U32, float, 32, wm_nan32, 0x80000000u, f)
        FLOATS(F64, F64, U64, double, 64, wm_nan64, 0x8000000000000000u, )
        TRUNC(W_I32_TRUNC_F32S, F32, > -2147483649.0, 2147483648.0, I32(A) = d)
        TRUNC(W_I32_TRUNC_F32U, F32, > -1.0, 4294967296.0, U32(A) = d)
        TRUNC(W_I32_TRUNC_F64S, F64, > -2147483649.0, 2147483648.0, I32(A) = d)
        TRUNC(W_I32_TRUNC_F64U, F64, > -1.0, 4294967296.0, U32(A) = d)
        TRUNC(W_I64_TRUNC_F32S, F32, >= -9223372036854775808.0, 9223372036854775808.0, I64(A) = d)
        TRUNC(W_I64_TRUNC_F32U, F32, > -1.0, 18446744073709551616.0, U64(A) = d)
        TRUNC(W_I64_TRUNC_F64S, F64, >= -9223372036854775808.0, 9223372036854775808.0, I64(A) = d)
        TRUNC(W_I64_TRUNC_F64U, F64, > -1.0, 18446744073709551616.0, U64(A) = d)
        SAT(W_I32_SAT_F32S, F32, > -2147483649.0, INT32_MIN, 2147483648.0, INT32_MAX, I32(A) = d, I32(A))
        SAT(W_I32_SAT_F32U, F32, > -1.0, 0, 4294967296.0, UINT32_MAX, U32(A) = d, U32(A))
        SAT(W_I32_SAT_F64S, F64, > -2147483649.0, INT32_MIN, 2147483648.0, INT32_MAX, I32(A) = d, I32(A))
        SAT(W_I32_SAT_F64U, F64, > -1.0, 0, 4294967296.0, UINT32_MAX, U32(A) = d, U32(A))
        SAT(W_I64_SAT_F32S, F32, >= -9223372036854775808.0, INT64_MIN, 9223372036854775808.0, INT64_MAX, I64(A) = d, I64(A))
        SAT(W_I64_SAT_F32U, F32, > -1.0, 0, 18446744073709551616.0, UINT64_MAX, U64(A) = d, U64(A))
        SAT(W_I64_SAT_F64S, F64, >= -9223372036854775808.0, INT64_MIN, 9223372036854775808.0, INT64_MAX, I64(A) = d, I64(A))
        SAT(W_I64_SAT_F64U, F64, > -1.0, 0, 18446744073709551616.0, UINT64_MAX, U64(A) = d, U64(A))
        OP(W_F32_FROM_I32S, F32(A) = I32(B))
        OP(W_F32_FROM_I32U, F32(A) = U32(B))
        OP(W_F32_FROM_I64S, F32(A) = I64(B))
        OP(W_F32_FROM_I64U, F32(A) = U64(B))
        OP(W_F32_DEMOTE, F32(A) = wm_nan32(F64(B)))
        OP(W_F64_FROM_I32S, F64(A) = I32(B))
        OP(W_F64_FROM_I32U, F64(A) = U32(B))
        OP(W_F64_FROM_I64S, F64(A) = I64(B))
        OP(W_F64_FROM_I64U, F64(A) = U64(B))
        OP(W_F64_PROMOTE, F64(A) = wm_nan64(F32(B)))
        default:
            goto slow;
        }
    }
slow:
    s->pc = pc - 1;
    s->fp = fp;
    return LEAVE_SLOW;
poll:
    s->pc = pc;
    s->fp = fp;
    return LEAVE_POLL;
trapped:
    s->fp = fp;
    s->trap = trap;
    return LEAVE_TRAP;
}

/* wm_reserve makes the array of frames at least so large. */
static int wm_reserve(uint64_t bytes)
{
    uint32_t size = wm.size ? wm.size : WM_STACK_FIRST;
    uint8_t *p;
    if (bytes <= wm.size)
        return 0;
    if (bytes > WM_STACK) {
        JS_ThrowStackOverflow(ctx);
        return -1;
    }
    while (size < bytes)
        size *= 2;
    p = js_realloc(ctx, wm.base, size + WM_STACK_SLACK);
    if (!p)
        return -1;
    memset(p + wm.size, 0, size - wm.size + WM_STACK_SLACK);
    wm.base = p;
    wm.size = size;
    return 0;
}

/* wm_results puts what a function of JavaScript returned into slots from off on. */
static int wm_results(const wm_type *type, JSValueConst v, uint32_t off)
{
    const uint8_t *types = type->types + type->params;
    JSValue iter, next, item;
    uint64_t bits;
    uint32_t i;
    int done = 0, r = -1;
    if (type->results == 0)
        return 0;
    if (type->results == 1) {
        if (wm_bits(types[0], v, &bits) || wm_root(types[0], bits))
            return -1;
        *(uint64_t *)(wm.base + off) = bits;
        return 0;
    }
    if (!JS_IsObject(v)) {
        JS_ThrowTypeError(ctx, "multi-return value must be iterable");
        return -1;
    }
    iter = JS_GetIterator(ctx, v, false);
    if (JS_IsException(iter))
        return -1;
    next = JS_GetProperty(ctx, iter, JS_ATOM_next);
    for (i = 0; !JS_IsException(next); i++) {
        item = JS_IteratorNext(ctx, iter, next, 0, NULL, &done);
        if (JS_IsException(item))
            break;
        if (done || i == type->results) {
            JS_FreeValue(ctx, item);
            if (done && i == type->results)
                r = 0;
            else
                JS_ThrowTypeError(ctx, "multi-return length mismatch");
            break;
        }
        if (wm_bits(types[i], item, &bits) || wm_root(types[i], bits)) {
            JS_FreeValue(ctx, item);
            break;
        }
        *(uint64_t *)(wm.base + off + i * 8) = bits;
        JS_FreeValue(ctx, item);
    }
    JS_FreeValue(ctx, next);
    JS_FreeValue(ctx, iter);
    return r;
}

/* wm_host calls a function of JavaScript; arguments and results are at off. */
static int wm_host(wm_func *f, uint32_t off)
{
    const wm_type *type = f->type;
    JSValue few[8], *args = few, v, callee;
    uint32_t i, top = wm.top, most = type->params > type->results ? type->params : type->results;
    int r = -1;
    if (wm_reserve(off + most * 8))
        return -1;
    if (type->params > countof(few)) {
        args = js_malloc(ctx, type->params * sizeof *args);
        if (!args)
            return -1;
    }
    wm.top = off + most * 8;
    callee = js_dup(f->callee);
    for (i = 0; i < type->params; i++) {
        args[i] = wm_value(type->types[i], *(uint64_t *)(wm.base + off + i * 8));
        if (JS_IsException(args[i]))
            goto done;
    }
    v = JS_Call(ctx, callee, JS_UNDEFINED, type->params, vc(args));
    if (!JS_IsException(v)) {
        r = wm_results(type, v, off);
        JS_FreeValue(ctx, v);
    }
done:
    while (i-- > 0)
        JS_FreeValue(ctx, args[i]);
    JS_FreeValue(ctx, callee);
    if (args != few)
        js_free(ctx, args);
    wm.top = top;
    return r;
}

static void wm_settle(wm_state *s, wm_inst *inst, uint32_t fp)
{
    s->inst = inst;
    s->fp = wm.base + fp;
    s->end = wm.base + wm.size;
    s->mem = inst->memory ? inst->memory->bytes->p : NULL;
    s->mem_size = inst->memory ? inst->memory->bytes->size : 0;
}

/* wm_push makes the frame of f, whose arguments are at off. */
static int wm_push(wm_state *s, wm_func *f, uint32_t off, uint64_t link, uint32_t from)
{
    const wm_code *k = f->code;
    uint8_t *to;
    if (wm_reserve((uint64_t)off + k->frame * 8))
        return -1;
    to = wm.base + off;
    memset(to + f->type->params * 8, 0, (k->locals - f->type->params) * 8);
    *(uint64_t *)(to + k->locals * 8) = link;
    *(uint64_t *)(to + k->locals * 8 + 8) = from;
    s->pc = k->code;
    return 0;
}

/* wm_slow_call calls f with arguments at a byte offset from the frame; s->pc is where it goes on. */
static int wm_slow_call(wm_state *s, wm_func *f, uint32_t a)
{
    wm_inst *inst = s->inst;
    uint32_t fp = s->fp - wm.base;
    const uint64_t *pc = s->pc;
    JSValue *entered;
    uint32_t n;
    if (!f->code) {
        if (wm_host(f, fp + a))
            return -1;
        wm_settle(s, inst, fp);
        return 0;
    }
    if (wm_push(s, f, fp + a, (uint32_t)(uintptr_t)pc | (uint64_t)a << 32, f->inst == inst ? 0 : (uint32_t)(uintptr_t)inst))
        return -1;
    if (f->inst != inst) {
        if (wm.entered_count == wm.entered_size) {
            n = wm.entered_size ? wm.entered_size * 2 : 16;
            entered = js_realloc(ctx, wm.entered, n * sizeof *entered);
            if (!entered)
                return -1;
            wm.entered = entered;
            wm.entered_size = n;
        }
        wm.entered[wm.entered_count++] = wm_self(f->inst->self);
    }
    wm_settle(s, f->inst, fp + a);
    return 0;
}

static int wm_trap(int trap)
{
    wm_throw(WE_RUNTIME, wm_traps[trap]);
    return -1;
}

static bool wm_dropped(wm_inst *in, uint32_t i) { return in->dropped[i >> 3] >> (i & 7) & 1; }
static void wm_give_up(wm_inst *in, uint32_t i) { in->dropped[i >> 3] |= 1 << (i & 7); }

/* wm_constant_bits is what a constant expression is, which was checked. */
static uint64_t wm_constant_bits(wm_inst *in, const uint8_t *p)
{
    wm_reader r = { .m = in->m, .p = p, .end = in->m->bytes + in->m->size, .quiet = true };
    uint64_t stack[WM_CONST_DEPTH + 1], x, y;
    uint32_t n = 0;
    uint8_t op;
    for (;;) {
        op = *r.p++;
        switch (op) {
        case 0x0b: return stack[0];
        case 0x41: stack[n++] = (uint32_t)wm_leb(&r, 32, true, ""); break;
        case 0x42: stack[n++] = wm_leb(&r, 64, true, ""); break;
        case 0x43: stack[n++] = get_u32(r.p); r.p += 4; break;
        case 0x44: stack[n++] = get_u64(r.p); r.p += 8; break;
        case 0x23: stack[n++] = in->globals[wm_u32(&r, "")]->bits; break;
        case 0xd0: r.p++; stack[n++] = 0; break;
        case 0xd2: stack[n++] = wm_func_bits(in->funcs[wm_u32(&r, "")]); break;
        default:
            y = stack[--n];
            x = stack[--n];
            x = op == 0x6a || op == 0x7c ? x + y : op == 0x6b || op == 0x7d ? x - y : x * y;
            stack[n++] = op <= 0x6c ? (uint32_t)x : x;
        }
    }
}

static uint64_t wm_element_bits(wm_inst *in, uint32_t item)
{
    if (item == WM_NO_FUNC)
        return 0;
    return item & WM_FROM_GLOBAL ? in->globals[item & ~WM_FROM_GLOBAL]->bits : wm_func_bits(in->funcs[item]);
}

/* wm_table_init copies n elements of a segment; -1, without an exception, if they are out of bounds. */
static int wm_table_init(wm_inst *in, wm_table *t, uint32_t segment, uint32_t to, uint32_t from, uint32_t n)
{
    wm_elems *e = &in->m->elems[segment];
    uint32_t i, have = wm_dropped(in, in->m->data_count + segment) ? 0 : e->n;
    if ((uint64_t)from + n > have)
        return TRAP_ELEMENTS;
    if ((uint64_t)to + n > t->n)
        return TRAP_TABLE;
    for (i = 0; i < n; i++)
        wm_put(t->type, &t->items[to + i], wm_element_bits(in, e->items[from + i]));
    return -1;
}

/* wm_slow does the instruction at s->pc. */
static int wm_slow(wm_state *s)
{
    const uint64_t *pc = s->pc;
    uint8_t *fp = s->fp;
    wm_inst *inst = s->inst;
    uint64_t w = *pc++;
    uint32_t x = U32(A), y = U32(A + 8), z = U32(A + 16), i; /* operands that lie side by side; slots they are in any case */
    wm_memory *m = inst->memory;
    wm_table *t, *u;
    wm_global *g;
    wm_func *f;
    int64_t n;
    int trap;
    s->pc = pc;
    switch (CODE_OP(w)) {
    case W_CALL: case W_TAIL_CALL:
        f = inst->funcs[C24];
        goto call;
    case W_CALL_INDIRECT: case W_TAIL_CALL_INDIRECT: {
        const wm_type *type = (const wm_type *)(uintptr_t)*pc++;
        t = inst->tables[C24];
        i = U32(B);
        if (i >= t->n)
            return wm_trap(TRAP_TABLE);
        f = wm_func_of_bits(t->items[i]);
        if (!f || !wm_same_type(f->type, type))
            return wm_trap(TRAP_FUNCTION);
        s->pc = pc;
    }
    call:
        if ((CODE_OP(w) == W_TAIL_CALL || CODE_OP(w) == W_TAIL_CALL_INDIRECT) && f->code && f->inst == inst) {
            /* The return that follows says where this frame's two words are. */
            uint8_t *frame = fp + CODE_C(*s->pc) * 8;
            uint64_t link = *(uint64_t *)frame;
            uint32_t from = *(uint64_t *)(frame + 8), off = fp - wm.base;
            memmove(fp, fp + A, f->type->params * 8);
            if (wm_push(s, f, off, link, from))
                return -1;
            wm_settle(s, inst, off);
            return 0;
        }
        return wm_slow_call(s, f, A);
    case W_MEMORY_GROW:
        U32(A) = wm_grow(m, U32(B));
        break;
    case W_MEMORY_COPY:
        if ((uint64_t)x + z > s->mem_size || (uint64_t)y + z > s->mem_size)
            return wm_trap(TRAP_MEMORY);
        memmove(s->mem + x, s->mem + y, z);
        return 0;
    case W_MEMORY_FILL:
        if ((uint64_t)x + z > s->mem_size)
            return wm_trap(TRAP_MEMORY);
        memset(s->mem + x, (uint8_t)y, z);
        return 0;
    case W_MEMORY_INIT: {
        wm_name *d = &inst->m->datas[C24].bytes;
        if ((uint64_t)x + z > s->mem_size || (uint64_t)y + z > (wm_dropped(inst, C24) ? 0 : d->n))
            return wm_trap(TRAP_MEMORY);
        memcpy(s->mem + x, d->p + y, z);
        return 0;
    }
    case W_DATA_DROP:
        wm_give_up(inst, C24);
        return 0;
    case W_TABLE_GET:
        t = inst->tables[C24];
        i = U32(B);
        if (i >= t->n)
            return wm_trap(TRAP_TABLE);
        if (wm_root(t->type, t->items[i]))
            return -1;
        U64(A) = t->items[i];
        return 0;
    case W_TABLE_SET:
        t = inst->tables[C24];
        if (x >= t->n)
            return wm_trap(TRAP_TABLE);
        wm_put(t->type, &t->items[x], U64(B));
        return 0;
    case W_TABLE_SIZE:
        U32(A) = inst->tables[C24]->n;
        return 0;
    case W_TABLE_GROW:
        n = wm_table_grow(inst->tables[C24], y, U64(A));
        U32(A) = n;
        return 0;
    case W_TABLE_FILL:
        t = inst->tables[C24];
        if ((uint64_t)x + z > t->n)
            return wm_trap(TRAP_TABLE);
        for (i = 0; i < z; i++)
            wm_put(t->type, &t->items[x + i], U64(A + 8));
        return 0;
    case W_TABLE_COPY:
        t = inst->tables[C24];
        u = inst->tables[*pc++];
        s->pc = pc;
        if ((uint64_t)x + z > t->n || (uint64_t)y + z > u->n)
            return wm_trap(TRAP_TABLE);
        for (i = 0; i < z; i++)
            if (x <= y)
                wm_put(t->type, &t->items[x + i], u->items[y + i]);
            else
                wm_put(t->type, &t->items[x + z - 1 - i], u->items[y + z - 1 - i]);
        return 0;
    case W_TABLE_INIT:
        i = *pc++;
        s->pc = pc;
        trap = wm_table_init(inst, inst->tables[C24], i, x, y, z);
        return trap < 0 ? 0 : wm_trap(trap);
    case W_ELEM_DROP:
        wm_give_up(inst, inst->m->data_count + C24);
        return 0;
    case W_REF_FUNC:
        f = inst->funcs[C24];
        if (wm_root(WT_FUNC, wm_func_bits(f)))
            return -1;
        U64(A) = wm_func_bits(f);
        return 0;
    case W_REF_GLOBAL_GET:
        g = inst->globals[C24];
        if (wm_root(g->type, g->bits))
            return -1;
        U64(A) = g->bits;
        return 0;
    case W_REF_GLOBAL_SET:
        g = inst->globals[C24];
        wm_put(g->type, &g->bits, U64(A));
        return 0;
    default:
        abort();
    }
    wm_settle(s, inst, fp - wm.base);
    return 0;
}

/* wm_run runs f, whose arguments are at off, where its results will be. */
static int wm_run(wm_func *f, uint32_t off)
{
    wm_state s;
    wm_inst *back;
    uint32_t fp, entered = wm.entered_count;
    int r = 0;
    if (!f->code)
        return wm_host(f, off);
    if (wm_push(&s, f, off, 0, FRAME_FIRST))
        return -1;
    wm_settle(&s, f->inst, off);
    while (!r)
        switch (wm_fast(&s)) {
        case LEAVE_SLOW:
            r = wm_slow(&s);
            break;
        case LEAVE_RETURN:
            if (s.from == FRAME_FIRST)
                return 0;
            back = (wm_inst *)(uintptr_t)s.from;
            s.pc = (const uint64_t *)(uintptr_t)(uint32_t)s.link;
            fp = s.fp - wm.base - (uint32_t)(s.link >> 32);
            JS_FreeValue(ctx, wm.entered[--wm.entered_count]);
            wm_settle(&s, back, fp);
            break;
        case LEAVE_POLL:
            r = __js_poll_interrupts(ctx);
            break;
        case LEAVE_TRAP:
            r = wm_trap(s.trap);
        }
    while (wm.entered_count > entered)
        JS_FreeValue(ctx, wm.entered[--wm.entered_count]);
    return -1;
}

/* wm_invoke calls f with arguments of JavaScript. */
static JSValue wm_invoke(wm_func *f, int argc, JSValueConst *argv)
{
    const wm_type *type = f->type;
    uint64_t few[8], *args = few, *slot;
    uint32_t i, off, most = type->params > type->results ? type->params : type->results;
    JSValue v = JS_EXCEPTION, self, *items;
    if (wm.depth >= WM_DEPTH || js_check_stack_overflow(rt, 0))
        return JS_ThrowStackOverflow(ctx);
    if (type->params > countof(few)) {
        args = js_malloc(ctx, type->params * sizeof *args);
        if (!args)
            return v;
    }
    self = wm_self(f->inst->self);
    wm.depth++;
    for (i = 0; i < type->params; i++)
        if (wm_bits(type->types[i], (int)i < argc ? argv[i] : JS_UNDEFINED, &args[i]))
            goto done;
    off = wm.top;
    if (wm_reserve((uint64_t)off + most * 8))
        goto done;
    memcpy(wm.base + off, args, type->params * 8);
    if (wm_run(f, off))
        goto done;
    slot = (uint64_t *)(wm.base + off);
    if (type->results == 0) {
        v = JS_UNDEFINED;
    } else if (type->results == 1) {
        v = wm_value(type->types[type->params], slot[0]);
    } else {
        items = js_malloc(ctx, type->results * sizeof *items);
        if (!items)
            goto done;
        v = JS_UNDEFINED;
        for (i = 0; i < type->results && !JS_IsException(v); i++)
            v = items[i] = wm_value(type->types[type->params + i], slot[i]);
        if (!JS_IsException(v))
            v = js_create_array(ctx, i, vc(items));
        while (i-- > 0)
            JS_FreeValue(ctx, items[i]);
        js_free(ctx, items);
    }
done:
    if (args != few)
        js_free(ctx, args);
    wm.depth--;
    if (wm.depth == 0)
        while (wm.root_count)
            JS_FreeValue(ctx, wm.roots[--wm.root_count].owner);
    JS_FreeValue(ctx, self);
    return v;
}

static JSValue wm_call(JSContext *c, JSValueConst this_val, int argc, JSValueConst *argv, int magic, JSValueConst *data)
{
    wm_inst *in = JS_VALUE_GET_OBJ(data[0])->u.opaque;
    return wm_invoke(in->funcs[JS_VALUE_GET_INT(data[1])], argc, argv);
}

/* ---- instances ---- */

static int wm_link_error(uint32_t i, const wm_extern *e, const char *what)
{
    char text[400];
    snprintf(text, sizeof text, "%s: Import #%u module=\"%.*s\" function=\"%.*s\" error: %s", wm_who, i, (int)min_int(e->module.n, 80), (const char *)e->module.p, (int)min_int(e->name.n, 80), (const char *)e->name.p, what);
    wm_throw(WE_LINK, text);
    return -1;
}

/* wm_fits checks the limits of what is imported. */
static int wm_fits(uint32_t i, const char *kind, const char *length, uint32_t have, uint32_t max, bool bounded, const wm_limits *want)
{
    char text[200];
    if (have < want->min)
        snprintf(text, sizeof text, "%s: %s import %u is smaller than initial %u, got %u", wm_who, kind, i, want->min, have);
    else if (want->bounded && !bounded)
        snprintf(text, sizeof text, "%s: %s import %u has no maximum %s, expected %s%u", wm_who, kind, i, length, kind[0] == 'm' ? "at most " : "", want->max);
    else if (want->bounded && max > want->max)
        snprintf(text, sizeof text, "%s: %s import %u has a larger maximum size %u than the module's declared maximum %u", wm_who, kind, i, max, want->max);
    else
        return 0;
    wm_throw(WE_LINK, text);
    return -1;
}

static void wm_hold(wm_inst *in, JSValueConst v) { in->held[in->held_count++] = js_dup(v); }

static int wm_import(wm_inst *in, uint32_t i, JSValueConst v)
{
    const wm_extern *e = &in->m->imports[i];
    uint32_t at = e->index;
    wm_func *f;
    switch (e->kind) {
    case WK_FUNC:
        if (!JS_IsFunction(ctx, v))
            return wm_link_error(i, e, "function import requires a callable");
        f = wm_func_of(v);
        if (f) {
            if (!wm_same_type(f->type, in->m->codes[at].type))
                return wm_link_error(i, e, "imported function does not match the expected type");
            in->funcs[at] = f;
            wm_hold(in, v);
        } else {
            in->own[at].callee = js_dup(v);
        }
        return 0;
    case WK_TABLE: {
        wm_table *t = wm_opaque(v, WC_TABLE);
        const wm_limits *want = &in->m->tables[at];
        if (!t)
            return wm_link_error(i, e, "table import requires a WebAssembly.Table");
        if (wm_fits(i, "table", "length", t->n, t->max, t->bounded, want))
            return -1;
        if (t->type != want->type)
            return wm_link_error(i, e, "imported table does not match the expected type");
        in->tables[at] = t;
        break;
    }
    case WK_MEMORY: {
        wm_memory *m = wm_opaque(v, WC_MEMORY);
        if (!m)
            return wm_link_error(i, e, "memory import must be a WebAssembly.Memory object");
        if (wm_fits(i, "memory", "limit", m->bytes->size >> 16, m->max, m->bounded, &in->m->memory))
            return -1;
        in->memory = m;
        break;
    }
    case WK_GLOBAL: {
        wm_global *g = wm_opaque(v, WC_GLOBAL);
        const wm_global_type *want = &in->m->globals[at];
        uint64_t bits;
        JSValue own;
        if (g) {
            if (g->writable != want->writable)
                return wm_link_error(i, e, "imported global does not match the expected mutability");
            if (g->type != want->type)
                return wm_link_error(i, e, "imported global does not match the expected type");
            in->globals[at] = g;
            break;
        }
        if (want->writable)
            return wm_link_error(i, e, "imported mutable global must be a WebAssembly.Global object");
        if (want->type == WT_FUNC && !JS_IsNull(v) && !wm_func_of(v))
            return wm_link_error(i, e, "function-typed object must be null (if nullable) or a Wasm function object");
        if (!(wm_is_ref(want->type) || (want->type == WT_I64 ? JS_IsBigInt(v) : JS_IsNumber(v))))
            return wm_link_error(i, e, "global import must be a number, valid Wasm reference, or WebAssembly.Global object");
        if (wm_bits(want->type, v, &bits))
            return -1;
        own = wm_new_global(want->type, false, bits);
        if (JS_IsException(own))
            return -1;
        in->globals[at] = wm_opaque(own, WC_GLOBAL);
        wm_hold(in, own);
        JS_FreeValue(ctx, own);
        return 0;
    }
    }
    wm_hold(in, v);
    return 0;
}

static int wm_export_all(wm_inst *in)
{
    wm_module *m = in->m;
    JSValue v;
    JSAtom name;
    uint32_t i;
    int r;
    in->exports = JS_NewObjectProto(ctx, JS_NULL);
    if (JS_IsException(in->exports)) {
        in->exports = JS_UNDEFINED;
        return -1;
    }
    for (i = 0; i < m->export_count; i++) {
        const wm_extern *e = &m->exports[i];
        switch (e->kind) {
        case WK_FUNC: v = wm_wrap(in->funcs[e->index]); break;
        case WK_TABLE: v = wm_self(in->tables[e->index]->self); break;
        case WK_MEMORY: v = wm_self(in->memory->self); break;
        default: v = wm_self(in->globals[e->index]->self);
        }
        if (JS_IsException(v))
            return -1;
        name = JS_NewAtomLen(ctx, (const char *)e->name.p, e->name.n);
        if (name == JS_ATOM_NULL) {
            JS_FreeValue(ctx, v);
            return -1;
        }
        r = JS_DefinePropertyValue(ctx, in->exports, name, v, JS_PROP_ENUMERABLE);
        JS_FreeAtom(ctx, name);
        if (r < 0)
            return -1;
    }
    return JS_PreventExtensions(ctx, in->exports) < 0 ? -1 : 0;
}

static int wm_say(int kind, const char *what)
{
    char text[120];
    snprintf(text, sizeof text, "%s: %s", wm_who, what);
    wm_throw(kind, text);
    return -1;
}

/* wm_fill makes an instance out of imports, up to its start function. */
static int wm_fill(wm_inst *in, JSValueConst values)
{
    wm_module *m = in->m;
    uint32_t i, at;
    JSValue v;
    int trap;
    in->funcs = js_mallocz(ctx, m->code_count * sizeof *in->funcs + 1);
    in->own = js_mallocz(ctx, m->code_count * sizeof *in->own + 1);
    in->tables = js_mallocz(ctx, m->table_count * sizeof *in->tables + 1);
    in->globals = js_mallocz(ctx, m->global_count * sizeof *in->globals + 1);
    in->held = js_mallocz(ctx, (m->table_count + m->memory_count + m->global_count + m->imported[WK_FUNC]) * sizeof *in->held + 1);
    in->dropped = js_mallocz(ctx, (m->data_count + m->elem_count) / 8 + 1);
    if (!in->funcs || !in->own || !in->tables || !in->globals || !in->held || !in->dropped)
        return -1;
    for (i = 0; i < m->code_count; i++) {
        wm_func *f = &in->own[i];
        f->inst = in;
        f->code = i < m->imported[WK_FUNC] ? NULL : &m->codes[i];
        f->type = m->codes[i].type;
        f->index = i;
        f->callee = f->wrapper = JS_UNDEFINED;
        in->funcs[i] = f;
    }
    in->own_count = m->code_count;
    for (i = 0; i < m->import_count; i++) {
        v = JS_GetPropertyUint32(ctx, values, i);
        trap = JS_IsException(v) ? -1 : wm_import(in, i, v);
        JS_FreeValue(ctx, v);
        if (trap)
            return -1;
    }
    for (i = m->imported[WK_TABLE]; i < m->table_count; i++) {
        v = wm_new_table(m->tables[i].type, m->tables[i].min, m->tables[i].max, m->tables[i].bounded);
        if (JS_IsUndefined(v))
            JS_ThrowRangeError(ctx, "%s: initial table size (%u elements) is larger than implementation limit (%u elements)", wm_who, m->tables[i].min, WM_TABLE_SIZE);
        in->tables[i] = wm_opaque(v, WC_TABLE);
        if (!in->tables[i])
            return -1;
        in->held[in->held_count++] = v;
    }
    if (m->memory_count && !in->memory) {
        v = wm_new_memory(m->memory.min, m->memory.max, m->memory.bounded);
        if (JS_IsUndefined(v))
            JS_ThrowRangeError(ctx, "%s: Out of memory: Cannot allocate Wasm memory for new instance", wm_who);
        in->memory = wm_opaque(v, WC_MEMORY);
        if (!in->memory)
            return -1;
        in->held[in->held_count++] = v;
    }
    for (i = m->imported[WK_GLOBAL]; i < m->global_count; i++) {
        v = wm_new_global(m->globals[i].type, m->globals[i].writable, wm_constant_bits(in, m->globals[i].init));
        in->globals[i] = wm_opaque(v, WC_GLOBAL);
        if (!in->globals[i])
            return -1;
        in->held[in->held_count++] = v;
    }
    if (wm_export_all(in))
        return -1;
    for (i = 0; i < m->elem_count; i++) {
        wm_elems *e = &m->elems[i];
        if (e->offset) {
            at = wm_constant_bits(in, e->offset);
            trap = wm_table_init(in, in->tables[e->table], i, at, 0, e->n);
            if (trap >= 0)
                return wm_say(WE_RUNTIME, wm_traps[trap]);
        }
        if (e->offset || e->declared)
            wm_give_up(in, m->data_count + i);
    }
    for (i = 0; i < m->data_count; i++) {
        wm_data *d = &m->datas[i];
        if (!d->offset)
            continue;
        at = wm_constant_bits(in, d->offset);
        if ((uint64_t)at + d->bytes.n > in->memory->bytes->size)
            return wm_say(WE_RUNTIME, "data segment is out of bounds");
        memcpy(in->memory->bytes->p + at, d->bytes.p, d->bytes.n);
        wm_give_up(in, i);
    }
    return 0;
}

static JSValue wm_instantiate(JSValueConst module, JSValueConst values)
{
    wm_inst *in = js_mallocz(ctx, sizeof *in);
    JSValue v, r;
    if (!in)
        return JS_EXCEPTION;
    in->module = in->exports = JS_UNDEFINED;
    v = wm_object(WC_INSTANCE, in);
    if (JS_IsException(v))
        return v;
    in->self = JS_VALUE_GET_OBJ(v);
    in->m = wm_opaque(module, WC_MODULE);
    in->module = js_dup(module);
    r = JS_UNDEFINED;
    if (wm_fill(in, values))
        r = JS_EXCEPTION;
    else if (in->m->start != WM_NO_FUNC)
        r = wm_invoke(in->funcs[in->m->start], 0, NULL);
    if (JS_IsException(r)) {
        JS_FreeValue(ctx, v);
        return r;
    }
    return v;
}

/* ---- what the runtime library calls ---- */

enum { /* host.wasm: its first argument */
    WN_INIT, WN_KIND, WN_MODULE, WN_VALIDATE, WN_IMPORTS, WN_EXPORTS, WN_CUSTOMS, WN_INSTANCE, WN_INSTANCE_EXPORTS,
    WN_MEMORY, WN_BUFFER, WN_GROW, WN_TABLE, WN_LENGTH, WN_GET, WN_SET, WN_TABLE_GROW, WN_TABLE_TYPE, WN_GLOBAL, WN_VALUE, WN_SET_VALUE, WN_GLOBAL_TYPE, WN_IS_FUNCTION, WN_BYTES,
};

/* wm_list describes what a module imports or exports, as [module, name, kind] or [name, kind]. */
static JSValue wm_list(const wm_extern *e, uint32_t n, bool imports)
{
    JSValue list = JS_NewArray(ctx), item[3], v;
    uint32_t i;
    int k, r = 0;
    for (i = 0; i < n && !JS_IsException(list); i++, e++) {
        k = 0;
        if (imports)
            item[k++] = JS_NewStringLen(ctx, (const char *)e->module.p, e->module.n);
        item[k++] = JS_NewStringLen(ctx, (const char *)e->name.p, e->name.n);
        item[k++] = JS_NewString(ctx, wm_kinds[e->kind]);
        v = JS_IsException(item[0]) || JS_IsException(item[1]) || JS_IsException(item[k - 1]) ? JS_EXCEPTION : js_create_array(ctx, k, vc(item));
        r = JS_IsException(v) ? -1 : JS_DefinePropertyValueUint32(ctx, list, i, v, JS_PROP_C_W_E);
        while (k-- > 0)
            JS_FreeValue(ctx, item[k]);
        if (r < 0) {
            JS_FreeValue(ctx, list);
            list = JS_EXCEPTION;
        }
    }
    return list;
}

static JSValue wm_customs(const wm_module *m, JSValueConst name)
{
    JSValue list = JS_NewArray(ctx), v;
    uint32_t i, count = 0;
    size_t len;
    const char *s = JS_ToCStringLen(ctx, &len, name);
    if (!s) {
        JS_FreeValue(ctx, list);
        return JS_EXCEPTION;
    }
    for (i = 0; i < m->custom_count && !JS_IsException(list); i++) {
        const wm_extern *e = &m->customs[i];
        if (e->name.n != len || memcmp(e->name.p, s, len))
            continue;
        v = JS_NewArrayBufferCopy(ctx, e->module.p, e->module.n);
        if (JS_IsException(v) || JS_DefinePropertyValueUint32(ctx, list, count++, v, JS_PROP_C_W_E) < 0) {
            JS_FreeValue(ctx, list);
            list = JS_EXCEPTION;
        }
    }
    JS_FreeCString(ctx, s);
    return list;
}

/* wm_copy takes the bytes of a module, which the program may change while they are read; a module has its own. */
static uint8_t *wm_copy(JSValueConst v, uint32_t *n)
{
    wm_module *m = wm_opaque(v, WC_MODULE);
    uint8_t *p, *q;
    if (m) {
        p = m->bytes;
        *n = m->size;
    } else if (JS_IsException(bytes_arg(v, &p, n))) {
        return NULL;
    }
    q = js_malloc(ctx, (size_t)*n + 16); /* what names an opcode may look one byte ahead */
    if (!q)
        return NULL;
    memcpy(q, p, *n);
    memset(q + *n, 0, 16);
    return q;
}

static void wm_set_who(JSValueConst v)
{
    const char *s = JS_ToCString(ctx, v);
    if (s)
        snprintf(wm_who, sizeof wm_who, "%s", s);
    JS_FreeCString(ctx, s);
}

static uint8_t wm_type_of_name(JSValueConst v)
{
    static const uint8_t types[] = { WT_I32, WT_I64, WT_F32, WT_F64, WT_FUNC, WT_EXTERN };
    int32_t i = 0;
    JS_ToInt32(ctx, &i, v);
    return types[i];
}

/* bt_wasm trusts the runtime library: objects are of the class that the operation needs. */
static JSValue bt_wasm(int argc, JSValueConst *argv)
{
    uint32_t n, max;
    int32_t op;
    int64_t old;
    uint64_t bits;
    uint8_t *bytes;
    wm_module *m;
    wm_inst *in;
    wm_memory *mem;
    wm_table *t;
    wm_global *g;
    JSValue v;
    double d;
    int i;
    if (JS_ToInt32(ctx, &op, argv[0]))
        return JS_EXCEPTION;
    switch (op) {
    case WN_INIT: /* the prototypes */
        for (i = 0; i < WC_COUNT + WE_COUNT; i++) {
            v = JS_GetPropertyUint32(ctx, argv[1], i);
            if (JS_IsException(v))
                return v;
            if (i < WC_COUNT)
                JS_SetClassProto(ctx, wm_class[i], v);
            else
                wm_error_proto[i - WC_COUNT] = v;
        }
        return JS_UNDEFINED;
    case WN_KIND:
        for (i = 0; i < WC_COUNT; i++)
            if (wm_opaque(argv[1], i))
                return js_int32(i);
        return js_int32(-1);
    case WN_MODULE: case WN_VALIDATE:
        bytes = wm_copy(argv[1], &n);
        if (!bytes)
            return JS_EXCEPTION;
        if (op == WN_MODULE)
            wm_set_who(argv[2]);
        m = wm_decode(bytes, n, op == WN_VALIDATE);
        if (op == WN_MODULE) {
            v = m ? JS_NewObjectClass(ctx, wm_class[WC_MODULE]) : JS_EXCEPTION;
            if (!JS_IsException(v))
                JS_VALUE_GET_OBJ(v)->u.opaque = m;
            else if (m)
                wm_module_free(rt, m);
            return v;
        }
        if (m)
            wm_module_free(rt, m);
        return js_bool(m != NULL);
    case WN_IMPORTS:
        m = wm_opaque(argv[1], WC_MODULE);
        return wm_list(m->imports, m->import_count, true);
    case WN_EXPORTS:
        m = wm_opaque(argv[1], WC_MODULE);
        return wm_list(m->exports, m->export_count, false);
    case WN_CUSTOMS:
        return wm_customs(wm_opaque(argv[1], WC_MODULE), argv[2]);
    case WN_BYTES: /* a copy of what a module was made of */
        m = wm_opaque(argv[1], WC_MODULE);
        return JS_NewArrayBufferCopy(ctx, m->bytes, m->size);
    case WN_INSTANCE:
        wm_set_who(argv[3]);
        return wm_instantiate(argv[1], argv[2]);
    case WN_INSTANCE_EXPORTS:
        in = wm_opaque(argv[1], WC_INSTANCE);
        return js_dup(in->exports);
    case WN_MEMORY: case WN_TABLE: /* initial, most or -1, type */
        if (JS_ToUint32(ctx, &n, argv[1]) || JS_ToFloat64(ctx, &d, argv[2]))
            return JS_EXCEPTION;
        max = d < 0 ? 0 : (uint32_t)d;
        if (op == WN_MEMORY)
            return wm_new_memory(n, max, d >= 0);
        return wm_new_table(wm_type_of_name(argv[3]), n, max, d >= 0);
    case WN_BUFFER:
        return wm_buffer(wm_opaque(argv[1], WC_MEMORY));
    case WN_GROW:
        mem = wm_opaque(argv[1], WC_MEMORY);
        if (JS_ToUint32(ctx, &n, argv[2]))
            return JS_EXCEPTION;
        return JS_NewInt64(ctx, wm_grow(mem, n));
    case WN_LENGTH:
        t = wm_opaque(argv[1], WC_TABLE);
        return js_uint32(t->n);
    case WN_TABLE_TYPE:
        t = wm_opaque(argv[1], WC_TABLE);
        return js_bool(t->type == WT_EXTERN);
    case WN_GET: case WN_SET: case WN_TABLE_GROW: /* undefined: out of bounds, or not grown */
        t = wm_opaque(argv[1], WC_TABLE);
        if (JS_ToUint32(ctx, &n, argv[2]))
            return JS_EXCEPTION;
        if (op != WN_TABLE_GROW && n >= t->n)
            return JS_ThrowRangeError(ctx, "WebAssembly.Table.%s(): invalid index %u into function table", op == WN_GET ? "get" : "set", n);
        if (op == WN_GET)
            return wm_value(t->type, t->items[n]);
        if (wm_bits(t->type, argv[3], &bits))
            return JS_EXCEPTION;
        if (op == WN_SET) {
            wm_put(t->type, &t->items[n], bits);
            return JS_UNDEFINED;
        }
        old = wm_table_grow(t, n, bits);
        return old < 0 ? JS_UNDEFINED : JS_NewInt64(ctx, old);
    case WN_GLOBAL: { /* type, whether it is mutable, value */
        uint8_t type = wm_type_of_name(argv[1]);
        if (wm_bits(type, argv[3], &bits))
            return JS_EXCEPTION;
        return wm_new_global(type, JS_ToBool(ctx, argv[2]), bits);
    }
    case WN_VALUE:
        g = wm_opaque(argv[1], WC_GLOBAL);
        return wm_value(g->type, g->bits);
    case WN_GLOBAL_TYPE: /* whether it is mutable, and a function's */
        g = wm_opaque(argv[1], WC_GLOBAL);
        return js_int32(g->writable | (g->type == WT_FUNC) << 1);
    case WN_SET_VALUE:
        g = wm_opaque(argv[1], WC_GLOBAL);
        if (wm_bits(g->type, argv[2], &bits))
            return JS_EXCEPTION;
        wm_put(g->type, &g->bits, bits);
        return JS_UNDEFINED;
    case WN_IS_FUNCTION:
        return js_bool(wm_func_of(argv[1]) != NULL);
    }
    return JS_UNDEFINED;
}
#undef A
#undef B
#undef C
