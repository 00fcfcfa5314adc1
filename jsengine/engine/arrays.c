//go:build ignore

/* Short ways for arrays that are made element by element, and for the methods that
 * make an array of an array, included in quickjs.c before what defines elements. */

static JSValue js_get_this(JSContext *ctx, JSValueConst this_val);

/* Defines element i of array if that appends it and is all there is to it: 1; or 0,
 * or -1 with an exception. It takes v unless it returns 0. */
static int bt_append_element(JSContext *ctx, JSValueConst array, int64_t i, JSValue v, int flags)
{
    JSObject *p;
    if (JS_VALUE_GET_TAG(array) != JS_TAG_OBJECT || (flags & ~JS_PROP_THROW) != JS_PROP_C_W_E)
        return 0;
    p = JS_VALUE_GET_OBJ(array);
    if (p->class_id != JS_CLASS_ARRAY || p->shape != ctx->array_shape || !p->fast_array || !p->extensible ||
        i != p->u.array.count || JS_VALUE_GET_TAG(p->prop[0].u.value) != JS_TAG_INT)
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
    JSObject *p, *getter;
    JSShapeProperty *key;
    JSProperty *prop;
    if (JS_VALUE_GET_TAG(obj) != JS_TAG_OBJECT)
        return false;
    p = JS_VALUE_GET_OBJ(obj);
    if (p->class_id != JS_CLASS_ARRAY || p->shape != ctx->array_shape)
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
