//go:build ignore

/* structuredClone of what programs mostly clone: primitives, plain objects, arrays
 * and dates, with cycles. Nothing here runs a program's code; what is anything else
 * makes it decline, and the runtime library starts over. Included by shim.c. */

enum { CLONE_DEPTH = 1000 };

typedef struct {
    JSObject *from, *to;
} bt_copied;

typedef struct {
    bt_copied *seen; /* a table of size places, which is a power of two */
    uint32_t count, size;
    int depth;
} bt_cloning;

/* The place of p in the table, or the free one where it belongs. */
static bt_copied *clone_place(const bt_cloning *c, const JSObject *p)
{
    uint32_t at = ((uint32_t)(uintptr_t)p >> 3) * 2654435761u;
    for (at >>= 8;; at++) {
        bt_copied *place = &c->seen[at & (c->size - 1)];
        if (!place->from || place->from == p)
            return place;
    }
}

static bool clone_seen(bt_cloning *c, JSObject *from, JSObject *to)
{
    if (2 * (c->count + 1) > c->size) {
        bt_cloning more = { .count = c->count, .size = c->size ? 2 * c->size : 32, .depth = c->depth };
        uint32_t i;
        if (!(more.seen = js_calloc(ctx, more.size, sizeof(*more.seen))))
            return false;
        for (i = 0; i < c->size; i++) {
            if (c->seen[i].from)
                *clone_place(&more, c->seen[i].from) = c->seen[i];
        }
        js_free(ctx, c->seen);
        *c = more;
    }
    *clone_place(c, from) = (bt_copied){ from, to };
    c->count++;
    return true;
}

/* Whether all that counts of an object's properties are values; *alike if a copy can
 * have its shape. */
static bool clone_values(JSObject *p, bool *alike)
{
    JSShapeProperty *keys = get_shape_prop(p->shape);
    int i;
    *alike = p->shape->is_hashed && p->shape->deleted_prop_count == 0;
    for (i = 0; i < p->shape->prop_count; i++) {
        if (keys[i].atom == JS_ATOM_NULL)
            continue;
        switch (JS_AtomGetKind(ctx, keys[i].atom)) {
        case JS_ATOM_KIND_STRING:
            break;
        case JS_ATOM_KIND_SYMBOL:
            *alike = false;
            continue;
        default:
            return false; /* an object of a class that may know its own */
        }
        if (keys[i].flags != JS_PROP_C_W_E)
            *alike = false;
        if ((keys[i].flags & JS_PROP_ENUMERABLE) && (keys[i].flags & JS_PROP_TMASK) != JS_PROP_NORMAL)
            return false;
    }
    return true;
}

static JSValue clone_value(bt_cloning *c, JSValueConst v);

/* Puts a copy of v into *to, which holds nothing; else it is what to return instead. */
static bool clone_into(bt_cloning *c, JSValue *to, JSValueConst v)
{
    if (++c->depth > CLONE_DEPTH)
        *to = JS_UNINITIALIZED;
    else
        *to = clone_value(c, v);
    c->depth--;
    return !JS_IsException(*to) && !JS_IsUninitialized(*to);
}

static JSValue clone_array(bt_cloning *c, JSObject *p)
{
    JSValue array, v;
    JSObject *to;
    uint32_t i, n = p->u.array.count;
    if (!bt_whole_array(p))
        return JS_UNINITIALIZED;
    array = JS_NewArray(ctx);
    if (JS_IsException(array))
        return array;
    to = JS_VALUE_GET_OBJ(array);
    if (!clone_seen(c, p, to) || (n > 0 && expand_fast_array(ctx, to, n))) {
        JS_FreeValue(ctx, array);
        return JS_EXCEPTION;
    }
    for (i = 0; i < n; i++) {
        if (!clone_into(c, &v, p->u.array.u.values[i])) {
            JS_FreeValue(ctx, array);
            return v;
        }
        to->u.array.u.values[i] = v;
        to->u.array.count = i + 1;
        to->prop[0].u.value = js_int32(i + 1);
    }
    return array;
}

static JSValue clone_object(bt_cloning *c, JSObject *p)
{
    JSShapeProperty *keys;
    JSValue object, v;
    JSObject *to;
    int i, n = p->shape->prop_count;
    bool alike;
    if (p->is_exotic || p->shape->proto != JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_OBJECT]) || !clone_values(p, &alike))
        return JS_UNINITIALIZED;
    object = alike ? JS_NewObjectFromShape(ctx, js_dup_shape(p->shape), JS_CLASS_OBJECT, NULL) : JS_NewObject(ctx);
    if (JS_IsException(object))
        return object;
    to = JS_VALUE_GET_OBJ(object);
    if (alike) {
        for (i = 0; i < n; i++)
            to->prop[i].u.value = JS_UNDEFINED;
    }
    if (!clone_seen(c, p, to)) {
        JS_FreeValue(ctx, object);
        return JS_EXCEPTION;
    }
    keys = get_shape_prop(p->shape);
    for (i = 0; i < n; i++) {
        if (!alike && (keys[i].atom == JS_ATOM_NULL || !(keys[i].flags & JS_PROP_ENUMERABLE) || JS_AtomGetKind(ctx, keys[i].atom) != JS_ATOM_KIND_STRING))
            continue;
        if (!clone_into(c, &v, p->prop[i].u.value)) {
            JS_FreeValue(ctx, object);
            return v;
        }
        if (alike) {
            to->prop[i].u.value = v;
        } else if (JS_DefinePropertyValue(ctx, object, keys[i].atom, v, JS_PROP_C_W_E) < 0) {
            JS_FreeValue(ctx, object);
            return JS_EXCEPTION;
        }
    }
    return object;
}

/* A copy of v; JS_UNINITIALIZED if it declines. */
static JSValue clone_value(bt_cloning *c, JSValueConst v)
{
    JSObject *p;
    switch (JS_VALUE_GET_NORM_TAG(v)) {
    case JS_TAG_OBJECT:
        break;
    case JS_TAG_INT: case JS_TAG_BOOL: case JS_TAG_NULL: case JS_TAG_UNDEFINED: case JS_TAG_FLOAT64: case JS_TAG_STRING: case JS_TAG_STRING_ROPE:
    case JS_TAG_BIG_INT: case JS_TAG_SHORT_BIG_INT:
        return js_dup(v);
    default:
        return JS_UNINITIALIZED;
    }
    p = JS_VALUE_GET_OBJ(v);
    if (c->size > 0) {
        JSObject *to = clone_place(c, p)->to;
        if (to)
            return js_dup(JS_MKPTR(JS_TAG_OBJECT, to));
    }
    switch (p->class_id) {
    case JS_CLASS_ARRAY:
        return clone_array(c, p);
    case JS_CLASS_OBJECT:
        return clone_object(c, p);
    case JS_CLASS_DATE: {
        JSValue date = JS_NewDate(ctx, JS_VALUE_GET_NORM_TAG(p->u.object_data) == JS_TAG_INT ? JS_VALUE_GET_INT(p->u.object_data) : JS_VALUE_GET_FLOAT64(p->u.object_data));
        if (!JS_IsException(date) && !clone_seen(c, p, JS_VALUE_GET_OBJ(date))) {
            JS_FreeValue(ctx, date);
            return JS_EXCEPTION;
        }
        return date;
    }
    }
    return JS_UNINITIALIZED;
}

/* structuredClone(v), or undefined if it declines. */
static JSValue bt_clone(JSValueConst v)
{
    bt_cloning c = { 0 };
    JSValue copy = clone_value(&c, v);
    js_free(ctx, c.seen);
    return JS_IsUninitialized(copy) ? JS_UNDEFINED : copy;
}
