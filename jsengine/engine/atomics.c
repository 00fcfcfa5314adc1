//go:build ignore

/* Atomics, and the memory of SharedArrayBuffers. Included by shim.c.
 *
 * The bytes of a shared buffer are whole pages of the system's. As long as no other
 * thread has it they are memory like any other. When it is sent to one, the host maps
 * memory that both have in their place (a region), and does what has to be atomic. */

/* Operations of bt_atomic; those up to A_COMPARE_EXCHANGE are wasmhost's. What has a
 * region is given by its number, or by a place in it. */
enum {
    A_LOAD, A_STORE, A_ADD, A_SUB, A_AND, A_OR, A_XOR, A_EXCHANGE, A_COMPARE_EXCHANGE,
    A_PAGE = 16, /* () bytes of a page; 0: memory cannot be shared */
    A_PUBLISH,   /* (place, bytes, length in use, most or -1) the region's number, or an error */
    A_TAKE,      /* (number) the number of the region that is the same, or an error */
    A_SIZE,      /* (number) bytes */
    A_USED,      /* (number) length in use */
    A_MOST,      /* (number) greatest length, -1 for one that cannot grow */
    A_MAP,       /* (place, number) 0 or an error */
    A_DROP,      /* (number) */
    A_GROW,      /* (number, length) 0, or -1: it is longer */
    A_WAIT,      /* (place, width, value, milliseconds as a double) WAIT_OK... */
    A_SLEEP,     /* (milliseconds as a double) */
    A_NOTIFY,    /* (place, count) how many */
};
enum { WAIT_OK, WAIT_NOT_EQUAL, WAIT_TIMED_OUT };

__attribute__((import_module("buntime"), import_name("atomic")))
extern int64_t bt_atomic(int32_t op, const void *p, uint32_t n, int64_t v, int64_t w);

void *page_alloc(size_t page, size_t n); /* malloc.c */
void page_free(void *p);

typedef struct bt_region {
    struct list_head link;
    uint8_t *p;
    uint32_t size;
    int32_t number;
    int refs; /* SharedArrayBuffers that show it */
} bt_region;

/* A buffer whose length another thread may change. */
typedef struct {
    struct list_head link;
    JSArrayBuffer *a;
} bt_growing;

static struct list_head bt_regions = LIST_HEAD_INIT(bt_regions);
static struct list_head bt_growables = LIST_HEAD_INIT(bt_growables);
static uint32_t bt_page; /* 0: not asked yet */
static bool bt_waits;    /* waitAsync was called */

static int64_t bits_of(double d)
{
    int64_t v;
    memcpy(&v, &d, sizeof v);
    return v;
}

/* bt_sab_size is how many bytes there are for a buffer of at most n. */
static uint32_t bt_sab_size(uint64_t n) { return (max_uint32(n, 1) + bt_page - 1) & ~(bt_page - 1); }

static void *bt_sab_alloc(void *opaque, size_t n)
{
    void *p;
    if (!bt_page) {
        bt_page = bt_atomic(A_PAGE, NULL, 0, 0, 0);
        if (!bt_page)
            bt_page = 16;
    }
    n = bt_sab_size(n);
    p = page_alloc(bt_page, n);
    if (!p) {
        JS_ThrowOutOfMemory(ctx);
        return NULL;
    }
    rt->malloc_state.malloc_size += n; /* what the collector goes by */
    return p;
}

static uint64_t bt_sab_most(JSArrayBuffer *a) { return a->max_byte_length < 0 ? a->byte_length : a->max_byte_length; }

/* bt_sab_gone is told of the end of a SharedArrayBuffer. */
static void bt_sab_gone(JSArrayBuffer *a)
{
    bt_region *r = a->opaque;
    struct list_head *el;
    if (r) {
        list_for_each(el, &bt_growables)
            if (list_entry(el, bt_growing, link)->a == a) {
                list_del(el);
                free(list_entry(el, bt_growing, link));
                break;
            }
        if (--r->refs > 0)
            return;
        bt_atomic(A_DROP, NULL, r->number, 0, 0); /* the place is private memory again */
        list_del(&r->link);
        free(r);
    }
    rt->malloc_state.malloc_size -= bt_sab_size(bt_sab_most(a));
    page_free(a->data);
}

static const JSSharedArrayBufferFunctions bt_sab_funcs = { .sab_alloc = bt_sab_alloc };

/* bt_refresh learns of what other threads did to the length of a buffer. */
static void bt_look(JSArrayBuffer *a)
{
    bt_region *r = a->shared && a->max_byte_length >= 0 ? a->opaque : NULL;
    int64_t n = r ? bt_atomic(A_USED, NULL, r->number, 0, 0) : 0;
    if (n > a->byte_length && n <= a->max_byte_length) {
        a->byte_length = n;
        js_array_buffer_update_typed_arrays(a);
    }
}

static void bt_refresh(JSArrayBuffer *a)
{
    if (unlikely(!list_empty(&bt_growables)))
        bt_look(a);
}

static void bt_refresh_all(void)
{
    struct list_head *el;
    list_for_each(el, &bt_growables)
        bt_look(list_entry(el, bt_growing, link)->a);
}

/* bt_sab_grow tells other threads of a new length; false if it is longer already. */
static bool bt_sab_grow(JSArrayBuffer *a, int64_t n)
{
    bt_region *r = a->opaque;
    return !r || bt_atomic(A_GROW, NULL, r->number, n, 0) == 0;
}

static int bt_watch(JSArrayBuffer *a)
{
    bt_growing *g;
    if (a->max_byte_length < 0)
        return 0;
    g = malloc(sizeof *g);
    if (!g) {
        JS_ThrowOutOfMemory(ctx);
        return -1;
    }
    g->a = a;
    list_add(&g->link, &bt_growables);
    return 0;
}

static bt_region *bt_new_region(void)
{
    bt_region *r = malloc(sizeof *r);
    if (!r)
        JS_ThrowOutOfMemory(ctx);
    return r;
}

/* bt_share is the number of a SharedArrayBuffer's region, which it makes if there is
 * none: a number below zero is the host's error. */
static JSValue bt_share(JSValueConst v)
{
    JSArrayBuffer *a = JS_GetOpaque2(ctx, v, JS_CLASS_SHARED_ARRAY_BUFFER);
    bt_region *r;
    int64_t n;
    if (!a)
        return JS_EXCEPTION;
    if (a->opaque)
        return js_int32(((bt_region *)a->opaque)->number);
    r = bt_new_region();
    if (!r)
        return JS_EXCEPTION;
    r->p = a->data;
    r->size = bt_sab_size(bt_sab_most(a));
    n = bt_atomic(A_PUBLISH, r->p, r->size, a->byte_length, a->max_byte_length);
    if (n < 0) {
        free(r);
        return js_int32(n);
    }
    r->number = n;
    r->refs = 1;
    list_add(&r->link, &bt_regions);
    a->opaque = r;
    return bt_watch(a) ? JS_EXCEPTION : js_int32(n);
}

/* bt_attach makes a SharedArrayBuffer of what a message brought, or a number below
 * zero, the host's error. */
static JSValue bt_attach(int32_t number)
{
    struct list_head *el;
    bt_region *r = NULL;
    JSArrayBuffer *a;
    JSValue v;
    int64_t n = bt_atomic(A_TAKE, NULL, number, 0, 0), most;
    uint64_t most64;
    if (n < 0)
        return js_int32(n);
    number = n;
    list_for_each(el, &bt_regions)
        if (list_entry(el, bt_region, link)->number == number) {
            r = list_entry(el, bt_region, link);
            r->refs++; /* the collector must not end it meanwhile */
            break;
        }
    if (!r) {
        r = bt_new_region();
        if (!r)
            return JS_EXCEPTION;
        r->size = bt_atomic(A_SIZE, NULL, number, 0, 0);
        r->p = bt_sab_alloc(NULL, r->size);
        if (!r->p) {
            free(r);
            return JS_EXCEPTION;
        }
        r->number = number;
        r->refs = 1;
        n = bt_atomic(A_MAP, r->p, number, 0, 0);
        if (n < 0) {
            rt->malloc_state.malloc_size -= r->size;
            page_free(r->p);
            free(r);
            return js_int32(n);
        }
        list_add(&r->link, &bt_regions);
    }
    most = bt_atomic(A_MOST, NULL, number, 0, 0);
    most64 = most;
    v = js_array_buffer_constructor3(ctx, JS_UNDEFINED, bt_atomic(A_USED, NULL, number, 0, 0), most < 0 ? NULL : &most64,
                                     JS_CLASS_SHARED_ARRAY_BUFFER, r->p, NULL, r, false);
    if (JS_IsException(v)) {
        JSArrayBuffer none = { .byte_length = r->size, .max_byte_length = -1, .data = r->p, .opaque = r };
        bt_sab_gone(&none);
        return v;
    }
    a = JS_GetOpaque(v, JS_CLASS_SHARED_ARRAY_BUFFER);
    if (bt_watch(a)) {
        JS_FreeValue(ctx, v);
        return JS_EXCEPTION;
    }
    return v;
}

/* ---- Atomics ---- */

/* a_array is the array that an operation works on, or NULL with an exception. */
static JSObject *a_array(JSContext *c, JSValueConst v, bool waits, bool writes)
{
    JSObject *p;
    bool ok;
    bt_refresh_all();
    p = JS_IsObject(v) ? JS_VALUE_GET_OBJ(v) : NULL;
    if (waits)
        ok = p && (p->class_id == JS_CLASS_INT32_ARRAY || p->class_id == JS_CLASS_BIG_INT64_ARRAY);
    else
        ok = p && p->class_id >= JS_CLASS_INT8_ARRAY && p->class_id <= JS_CLASS_BIG_UINT64_ARRAY;
    if (!ok) {
        bt_say(c, "", v, waits ? " is not an int32 or BigInt64 typed array." : " is not an integer typed array.");
        return NULL;
    }
    if (typed_array_is_oob(p)) {
        JS_ThrowTypeErrorArrayBufferOOB(c);
        return NULL;
    }
    if (writes && typed_array_is_immutable(p)) {
        JS_ThrowTypeErrorImmutableArrayBuffer(c);
        return NULL;
    }
    return p;
}

static int a_index(JSContext *c, JSObject *p, JSValueConst v, uint32_t *at)
{
    uint32_t n = p->u.array.count;
    double d;
    if (JS_ToFloat64(c, &d, v))
        return -1;
    d = isnan(d) ? 0 : trunc(d);
    if (!(d >= 0 && d < n)) {
        JS_ThrowRangeError(c, "Invalid atomic access index");
        return -1;
    }
    *at = d;
    return 0;
}

/* a_place is where element at is, after guest code ran that may have moved it. */
static void *a_place(JSContext *c, JSObject *p, uint32_t at)
{
    JSTypedArray *ta = p->u.typed_array;
    JSArrayBuffer *a = ta->buffer->u.array_buffer;
    int log = typed_array_size_log2(p->class_id);
    int64_t from = (int64_t)ta->offset + ((int64_t)at << log);
    if (typed_array_is_oob(p)) {
        JS_ThrowTypeErrorArrayBufferOOB(c);
        return NULL;
    }
    if (from + (1 << log) > a->byte_length) {
        JS_ThrowRangeError(c, "Invalid atomic access index");
        return NULL;
    }
    return a->data + from;
}

static bool a_elsewhere(JSObject *p)
{
    JSArrayBuffer *a = p->u.typed_array->buffer->u.array_buffer;
    return a->shared && a->opaque;
}

static uint64_t a_apply(int op, uint64_t old, uint64_t v, uint64_t w)
{
    switch (op) {
    case A_STORE: case A_EXCHANGE: return v;
    case A_ADD: return old + v;
    case A_SUB: return old - v;
    case A_AND: return old & v;
    case A_OR: return old | v;
    case A_XOR: return old ^ v;
    case A_COMPARE_EXCHANGE: return old == v ? w : old;
    }
    return old;
}

/* a_do does op at a place in memory that only this thread has, or has the host do it. */
static uint64_t a_do(JSObject *p, void *at, int op, uint64_t v, uint64_t w)
{
    int log = typed_array_size_log2(p->class_id);
    uint64_t mask = ~(uint64_t)0 >> (64 - (8 << log)), old = 0, now;
    v &= mask;
    w &= mask;
    if (a_elsewhere(p))
        return bt_atomic(op, at, 1 << log, v, w);
    memcpy(&old, at, 1 << log);
    now = a_apply(op, old, v, w);
    if (op != A_LOAD)
        memcpy(at, &now, 1 << log);
    return old;
}

static JSValue a_value(JSContext *c, JSObject *p, uint64_t v)
{
    switch (p->class_id) {
    case JS_CLASS_INT8_ARRAY: return js_int32((int8_t)v);
    case JS_CLASS_UINT8_ARRAY: return js_int32((uint8_t)v);
    case JS_CLASS_INT16_ARRAY: return js_int32((int16_t)v);
    case JS_CLASS_UINT16_ARRAY: return js_int32((uint16_t)v);
    case JS_CLASS_INT32_ARRAY: return js_int32((int32_t)v);
    case JS_CLASS_UINT32_ARRAY: return js_uint32((uint32_t)v);
    case JS_CLASS_BIG_INT64_ARRAY: return JS_NewBigInt64(c, v);
    }
    return JS_NewBigUint64(c, v);
}

/* a_operand is v as the array's elements are. */
static int a_operand(JSContext *c, JSObject *p, JSValueConst v, uint64_t *out)
{
    int64_t n64;
    uint32_t n32;
    if (typed_array_size_log2(p->class_id) == 3) {
        if (JS_ToBigInt64(c, &n64, v))
            return -1;
        *out = n64;
        return 0;
    }
    if (JS_ToUint32(c, &n32, v))
        return -1;
    *out = n32;
    return 0;
}

static JSValue js_atomics_op(JSContext *c, JSValueConst this_val, int argc, JSValueConst *argv, int op)
{
    JSObject *p = a_array(c, argv[0], false, op != A_LOAD);
    uint64_t v = 0, w = 0;
    uint32_t at;
    void *place;
    if (!p || a_index(c, p, argv[1], &at))
        return JS_EXCEPTION;
    if (op != A_LOAD && a_operand(c, p, argv[2], &v))
        return JS_EXCEPTION;
    if (op == A_COMPARE_EXCHANGE && a_operand(c, p, argv[3], &w))
        return JS_EXCEPTION;
    place = a_place(c, p, at);
    return place ? a_value(c, p, a_do(p, place, op, v, w)) : JS_EXCEPTION;
}

static JSValue js_atomics_store(JSContext *c, JSValueConst this_val, int argc, JSValueConst *argv)
{
    JSObject *p = a_array(c, argv[0], false, true);
    JSValue v;
    uint64_t n;
    uint32_t at;
    void *place = NULL;
    if (!p || a_index(c, p, argv[1], &at))
        return JS_EXCEPTION;
    v = js_dup(argv[2]);
    v = typed_array_size_log2(p->class_id) == 3 ? JS_ToBigIntFree(c, v) : JS_ToIntegerFree(c, v);
    if (JS_IsException(v))
        return v;
    if (!a_operand(c, p, v, &n))
        place = a_place(c, p, at);
    if (!place) {
        JS_FreeValue(c, v);
        return JS_EXCEPTION;
    }
    a_do(p, place, A_STORE, n, 0);
    return v;
}

static JSValue js_atomics_isLockFree(JSContext *c, JSValueConst this_val, int argc, JSValueConst *argv)
{
    int n;
    if (JS_ToInt32Sat(c, &n, argv[0]))
        return JS_EXCEPTION;
    return js_bool(n == 1 || n == 2 || n == 4 || n == 8);
}

/* A hint to the processor, which other threads have as well: there is nothing to do. */
static JSValue js_atomics_pause(JSContext *c, JSValueConst this_val, int argc, JSValueConst *argv)
{
    double d;
    if (argc == 0 || JS_IsUndefined(argv[0]))
        return JS_UNDEFINED;
    if (!JS_IsNumber(argv[0]) || JS_ToFloat64(c, &d, argv[0]) || !isfinite(d) || trunc(d) != d)
        return JS_ThrowTypeError(c, "The argument must be an integer.");
    return JS_UNDEFINED;
}

/* Of wait and waitAsync, which begin alike. */
static JSValue js_atomics_wait(JSContext *c, JSValueConst this_val, int argc, JSValueConst *argv, int async)
{
    JSObject *p = a_array(c, argv[0], true, false);
    int width;
    int64_t v;
    int32_t v32;
    uint32_t at;
    double ms;
    int r;
    void *place;
    if (!p)
        return JS_EXCEPTION;
    if (!p->u.typed_array->buffer->u.array_buffer->shared)
        return bt_say(c, "", argv[0], " is not a shared typed array.");
    if (a_index(c, p, argv[1], &at))
        return JS_EXCEPTION;
    width = 1 << typed_array_size_log2(p->class_id);
    if (width == 8) {
        if (JS_ToBigInt64(c, &v, argv[2]))
            return JS_EXCEPTION;
    } else {
        if (JS_ToInt32(c, &v32, argv[2]))
            return JS_EXCEPTION;
        v = v32;
    }
    if (JS_ToFloat64(c, &ms, argv[3]))
        return JS_EXCEPTION;
    ms = isnan(ms) ? INFINITY : ms < 0 ? 0 : ms;
    place = a_place(c, p, at);
    if (!place)
        return JS_EXCEPTION;
    if (async) {
        JSValue args[5] = { js_dup(JS_MKPTR(JS_TAG_OBJECT, p->u.typed_array->buffer)), js_uint32((uintptr_t)place), js_int32(width), JS_NewBigInt64(ctx, v), js_float64(ms) }, w;
        bt_waits = true;
        w = JS_IsException(args[3]) ? JS_EXCEPTION : call_hook(HK_WAIT_ASYNC, 5, vc(args));
        JS_FreeValue(ctx, args[0]);
        JS_FreeValue(ctx, args[3]);
        return w;
    }
    if (a_elsewhere(p)) {
        r = bt_atomic(A_WAIT, place, width, v, bits_of(ms));
    } else if (width == 8 ? *(int64_t *)place != v : *(int32_t *)place != v32) {
        r = WAIT_NOT_EQUAL;
    } else { /* nobody else has it to notify who waits */
        bt_atomic(A_SLEEP, NULL, 0, 0, bits_of(ms));
        r = WAIT_TIMED_OUT;
    }
    bt_refresh_all();
    return JS_AtomToString(c, r == WAIT_OK ? JS_ATOM_ok : r == WAIT_NOT_EQUAL ? JS_ATOM_not_equal : JS_ATOM_timed_out);
}

static JSValue js_atomics_notify(JSContext *c, JSValueConst this_val, int argc, JSValueConst *argv)
{
    JSObject *p = a_array(c, argv[0], true, false);
    double count = INFINITY;
    uint32_t at;
    void *place;
    int32_t n;
    if (!p || a_index(c, p, argv[1], &at))
        return JS_EXCEPTION;
    if (!JS_IsUndefined(argv[2])) {
        if (JS_ToFloat64(c, &count, argv[2]))
            return JS_EXCEPTION;
        count = isnan(count) ? 0 : trunc(count);
    }
    if (!a_elsewhere(p) || count <= 0)
        return js_int32(0);
    place = a_place(c, p, at);
    if (!place)
        return JS_EXCEPTION;
    n = bt_atomic(A_NOTIFY, place, 4, count > INT32_MAX ? INT32_MAX : (int64_t)count, 0);
    if (n > 0 && bt_waits) {
        JSValue v = call_hook(HK_NOTIFIED, 0, NULL);
        if (JS_IsException(v))
            return v;
        JS_FreeValue(c, v);
    }
    return js_int32(n);
}

static const JSCFunctionListEntry js_atomics_funcs[] = {
    JS_CFUNC_MAGIC_DEF("add", 3, js_atomics_op, A_ADD ),
    JS_CFUNC_MAGIC_DEF("and", 3, js_atomics_op, A_AND ),
    JS_CFUNC_MAGIC_DEF("compareExchange", 4, js_atomics_op, A_COMPARE_EXCHANGE ),
    JS_CFUNC_MAGIC_DEF("exchange", 3, js_atomics_op, A_EXCHANGE ),
    JS_CFUNC_DEF("isLockFree", 1, js_atomics_isLockFree ),
    JS_CFUNC_MAGIC_DEF("load", 2, js_atomics_op, A_LOAD ),
    JS_CFUNC_DEF("notify", 3, js_atomics_notify ),
    JS_CFUNC_MAGIC_DEF("or", 3, js_atomics_op, A_OR ),
    JS_CFUNC_DEF("pause", 0, js_atomics_pause ),
    JS_CFUNC_DEF("store", 3, js_atomics_store ),
    JS_CFUNC_MAGIC_DEF("sub", 3, js_atomics_op, A_SUB ),
    JS_CFUNC_MAGIC_DEF("wait", 4, js_atomics_wait, 0 ),
    JS_CFUNC_MAGIC_DEF("waitAsync", 4, js_atomics_wait, 1 ),
    JS_CFUNC_MAGIC_DEF("xor", 3, js_atomics_op, A_XOR ),
    JS_PROP_STRING_DEF("[Symbol.toStringTag]", "Atomics", JS_PROP_CONFIGURABLE ),
};

static const JSCFunctionListEntry js_atomics_obj[] = {
    JS_OBJECT_DEF("Atomics", js_atomics_funcs, countof(js_atomics_funcs), JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE ),
};

static int bt_add_atomics(JSContext *c) { return JS_SetPropertyFunctionList(c, c->global_obj, js_atomics_obj, countof(js_atomics_obj)); }
