//go:build ignore

/* Short ways for arrays that are made element by element, and for the methods that
 * make an array of an array, included in quickjs.c before what defines elements. */

static JSValue js_get_this(JSContext *ctx, JSValueConst this_val);
static JSValue js_create_array_iterator(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv, int magic);
static JSValue js_array_iterator_next(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv, int *pdone, int magic);

/* The array of this realm with no properties but its length that v is; else NULL. */
static inline __attribute__((always_inline)) JSObject *bt_bare_array(JSContext *ctx, JSValueConst v)
{
    JSObject *p;
    if (JS_VALUE_GET_TAG(v) != JS_TAG_OBJECT)
        return NULL;
    p = JS_VALUE_GET_OBJ(v);
    return p->class_id == JS_CLASS_ARRAY && p->shape == ctx->array_shape ? p : NULL;
}

/* Whether p, which is an array, has only a length and elements without a hole. */
static inline __attribute__((always_inline)) bool bt_whole_array(const JSObject *p)
{
    return p->fast_array && p->shape->prop_count == 1 && JS_VALUE_GET_TAG(p->prop[0].u.value) == JS_TAG_INT &&
        (uint32_t)JS_VALUE_GET_INT(p->prop[0].u.value) == p->u.array.count;
}

/* Defines element i of array if that appends it and is all there is to it: 1; or 0,
 * or -1 with an exception. It takes v unless it returns 0. */
static int bt_append_element(JSContext *ctx, JSValueConst array, int64_t i, JSValue v, int flags)
{
    JSObject *p = bt_bare_array(ctx, array);
    if (!p || (flags & ~JS_PROP_THROW) != JS_PROP_C_W_E || !p->fast_array || !p->extensible || i != p->u.array.count ||
        JS_VALUE_GET_TAG(p->prop[0].u.value) != JS_TAG_INT)
        return 0;
    if (i >= p->u.array.u1.size && expand_fast_array(ctx, p, i + 1)) {
        JS_FreeValue(ctx, v);
        return -1;
    }
    p->u.array.u.values[i] = v;
    p->u.array.count = i + 1;
    if (JS_VALUE_GET_INT(p->prop[0].u.value) <= i)
        p->prop[0].u.value = js_int32(i + 1);
    return 1;
}

/* Whether such a method makes an Array of obj: it is an array of this realm with no
 * properties but its length, and nobody changed what an array is made with. */
static bool bt_plain_array(JSContext *ctx, JSValueConst obj)
{
    JSObject *p = bt_bare_array(ctx, obj), *getter;
    JSShapeProperty *key;
    JSProperty *prop;
    if (!p)
        return false;
    key = find_own_property(&prop, p->shape->proto, JS_ATOM_constructor);
    if (!key || (key->flags & JS_PROP_TMASK) != JS_PROP_NORMAL || prop->u.value != ctx->array_ctor)
        return false;
    key = find_own_property(&prop, JS_VALUE_GET_OBJ(ctx->array_ctor), JS_ATOM_Symbol_species);
    if (!key || (key->flags & JS_PROP_TMASK) != JS_PROP_GETSET)
        return false;
    getter = prop->u.getset.getter;
    return getter && getter->class_id == JS_CLASS_C_FUNCTION && getter->u.cfunc.c_function.getter == js_get_this;
}

/* An Array of this length, with room for the elements of obj, which is a plain array. */
static JSValue bt_array_like(JSContext *ctx, JSValueConst obj, int length)
{
    JSObject *from = JS_VALUE_GET_OBJ(obj), *p;
    JSValue array = JS_NewArray(ctx);
    if (JS_IsException(array))
        return array;
    p = JS_VALUE_GET_OBJ(array);
    if (length > 0 && from->fast_array && from->u.array.count > 0 &&
        expand_fast_array(ctx, p, min_uint32(length, from->u.array.count))) {
        JS_FreeValue(ctx, array);
        return JS_EXCEPTION;
    }
    p->prop[0].u.value = js_int32(length);
    return array;
}

/* The own property of p, if it is a built-in function of this realm and kind; else NULL. */
static inline __attribute__((always_inline)) JSObject *bt_own_builtin(JSContext *ctx, JSObject *p, JSAtom name, JSCFunctionEnum kind)
{
    JSProperty *prop;
    JSShapeProperty *key = find_own_property(&prop, p, name);
    JSObject *f;
    if (!key || (key->flags & JS_PROP_TMASK) != JS_PROP_NORMAL || JS_VALUE_GET_TAG(prop->u.value) != JS_TAG_OBJECT)
        return NULL;
    f = JS_VALUE_GET_OBJ(prop->u.value);
    return f->class_id == JS_CLASS_C_FUNCTION && f->u.cfunc.cproto == kind && f->u.cfunc.realm == ctx ? f : NULL;
}

/* The next of the iterator by which obj is iterated, if it is an array of this realm
 * with no properties but its length and nobody changed how arrays are; else NULL. */
static JSObject *bt_array_next(JSContext *ctx, JSValueConst obj)
{
    JSObject *p = bt_bare_array(ctx, obj), *f;
    if (!p)
        return NULL;
    f = bt_own_builtin(ctx, p->shape->proto, JS_ATOM_Symbol_iterator, JS_CFUNC_generic_magic);
    if (!f || f->u.cfunc.c_function.generic_magic != js_create_array_iterator || f->u.cfunc.magic != JS_ITERATOR_KIND_VALUE)
        return NULL;
    f = bt_own_builtin(ctx, JS_VALUE_GET_OBJ(ctx->class_proto[JS_CLASS_ARRAY_ITERATOR]), JS_ATOM_next, JS_CFUNC_iterator_next);
    return f && f->u.cfunc.c_function.iterator_next == js_array_iterator_next ? f : NULL;
}

/* Starts an iteration of an array as js_for_of_start does: 1; 0 if sp[-1] is none
 * that bt_array_next knows, or -1 with an exception. */
static int bt_iterate(JSContext *ctx, JSValue *sp)
{
    JSObject *next = bt_array_next(ctx, sp[-1]);
    JSValue iterator;
    if (!next)
        return 0;
    iterator = js_create_array_iterator(ctx, sp[-1], 0, NULL, JS_ITERATOR_KIND_VALUE);
    if (JS_IsException(iterator))
        return -1;
    JS_FreeValue(ctx, sp[-1]);
    sp[-1] = iterator;
    sp[0] = js_dup(JS_MKPTR(JS_TAG_OBJECT, next));
    return 1;
}

static int bt_extend(JSContext *ctx, JSValueConst array, int64_t n, JSValueConst from, int64_t len);

/* Appends the elements of sp[-1] to the array sp[-3], from sp[-2] on: as bt_iterate. */
static int bt_append_all(JSContext *ctx, JSValue *sp)
{
    int done;
    uint32_t n;
    if (!bt_array_next(ctx, sp[-1]))
        return 0;
    n = JS_VALUE_GET_OBJ(sp[-1])->u.array.count;
    done = bt_extend(ctx, sp[-3], JS_VALUE_GET_INT(sp[-2]), sp[-1], n);
    if (done > 0)
        sp[-2] = js_int32(JS_VALUE_GET_INT(sp[-2]) + n);
    return done;
}

static JSValue JS_GetIterator2(JSContext *ctx, JSValueConst obj, JSValueConst method);

/* The iterator of obj by its method Symbol.iterator, which is freed. */
static JSValue bt_iterator_by(JSContext *ctx, JSValueConst obj, JSValue method)
{
    JSValue r;
    if (JS_IsFunction(ctx, method))
        r = JS_GetIterator2(ctx, obj, method);
    else
        r = bt_not_iterable(ctx, obj, false);
    JS_FreeValue(ctx, method);
    return r;
}

/* Starts an iteration as js_for_of_start does, by a method Symbol.iterator, which is freed. */
static int bt_begin(JSContext *ctx, JSValue *sp, JSValue method)
{
    JSValue iterator;
    int begun = bt_iterate(ctx, sp);
    if (begun) {
        JS_FreeValue(ctx, method);
        return begun < 0 ? -1 : 0;
    }
    iterator = bt_iterator_by(ctx, sp[-1], method);
    JS_FreeValue(ctx, sp[-1]);
    sp[-1] = iterator;
    if (JS_IsException(iterator))
        return -1;
    sp[0] = JS_GetProperty(ctx, iterator, JS_ATOM_next);
    return JS_IsException(sp[0]) ? -1 : 0;
}
