//go:build ignore

/* Short ways over the elements of arrays, included in quickjs.c before the methods
 * of arrays. What they cannot do, they leave to the engine's own loops, untouched. */

/* The most elements that are made room for at once: 2 GB, so that no size overflows. */
#define BT_ELEMENTS_MOST (1u << 28)

/* The array that v is, if its elements are defined and set as nobody changed it: it has
 * only a length and elements, and so has what it inherits; else NULL. */
static JSObject *bt_open_array(JSContext *ctx, JSValueConst v)
{
    JSObject *p = bt_bare_array(ctx, v);
    return p && p->fast_array && p->extensible && ctx->std_array_prototype &&
        JS_VALUE_GET_TAG(p->prop[0].u.value) == JS_TAG_INT ? p : NULL;
}

/* The first i from n on, below count, whose value is v by mode; else count or n, what is more. */
static int64_t bt_index_of(JSContext *ctx, const JSValue *values, int64_t n, int64_t count, JSValueConst v, JSStrictEqModeEnum mode)
{
    int tag = JS_VALUE_GET_TAG(v);
    switch (tag) {
    case JS_TAG_OBJECT: case JS_TAG_SYMBOL: case JS_TAG_BOOL: case JS_TAG_NULL: case JS_TAG_UNDEFINED:
        for (; n < count && values[n] != v; n++)
            ;
        return n;
    case JS_TAG_INT:
        for (; n < count && values[n] != v; n++) {
            if (JS_TAG_IS_FLOAT64(JS_VALUE_GET_TAG(values[n])) && JS_VALUE_GET_FLOAT64(values[n]) == JS_VALUE_GET_INT(v))
                break;
        }
        return n;
    case JS_TAG_STRING:
        for (; n < count && values[n] != v; n++) {
            int other = JS_VALUE_GET_TAG(values[n]);
            if (other == JS_TAG_STRING) {
                if (JS_VALUE_GET_STRING(values[n])->len == JS_VALUE_GET_STRING(v)->len && js_strict_eq2(ctx, v, values[n], mode))
                    break;
            } else if (other == JS_TAG_STRING_ROPE && js_strict_eq2(ctx, v, values[n], mode)) {
                break;
            }
        }
        return n;
    }
    for (; n < count && !js_strict_eq2(ctx, v, values[n], mode); n++)
        ;
    return n;
}

/* Sets elements start to end of array to v: 1; 0 if that is not all there is to it,
 * or -1 with an exception. */
static int bt_fill(JSContext *ctx, JSValueConst array, int64_t start, int64_t end, JSValueConst v)
{
    JSObject *p = bt_open_array(ctx, array);
    uint32_t i, count;
    if (!p || start > p->u.array.count || end > JS_VALUE_GET_INT(p->prop[0].u.value) || end > BT_ELEMENTS_MOST)
        return 0;
    if (end > p->u.array.u1.size && expand_fast_array(ctx, p, end))
        return -1;
    count = p->u.array.count;
    for (i = start; i < end && i < count; i++)
        set_value(ctx, &p->u.array.u.values[i], js_dup(v));
    for (i = count; i < end; i++)
        p->u.array.u.values[i] = js_dup(v);
    if (end > count)
        p->u.array.count = end;
    return 1;
}

/* Puts n values in the place of deleted elements of array, which has len, from start
 * on: as bt_fill. The deleted are freed. */
static __attribute__((noinline)) int bt_splice(JSContext *ctx, JSValueConst array, int64_t len, int64_t start, int64_t deleted, int n, JSValueConst *values)
{
    JSObject *p = bt_open_array(ctx, array);
    JSValue *at;
    int64_t i, new_len = len - deleted + n;
    if (!p || !bt_whole_array(p) || p->u.array.count != len || new_len > BT_ELEMENTS_MOST)
        return 0;
    if (new_len > p->u.array.u1.size && expand_fast_array(ctx, p, new_len))
        return -1;
    at = p->u.array.u.values + start;
    for (i = 0; i < deleted; i++)
        JS_FreeValue(ctx, at[i]);
    memmove(at + n, at + deleted, (len - start - deleted) * sizeof(JSValue));
    for (i = 0; i < n; i++)
        at[i] = js_dup(values[i]);
    p->u.array.count = new_len;
    p->prop[0].u.value = js_int32(new_len);
    return 1;
}

/* Appends the elements of from, which has len, to array, which has n: as bt_fill. */
static __attribute__((noinline)) int bt_extend(JSContext *ctx, JSValueConst array, int64_t n, JSValueConst from, int64_t len)
{
    JSObject *p = bt_open_array(ctx, array), *q = bt_bare_array(ctx, from);
    uint32_t i;
    if (!p || !q || p == q || !bt_whole_array(p) || !bt_whole_array(q) || p->u.array.count != n || q->u.array.count != len ||
        n + len > BT_ELEMENTS_MOST)
        return 0;
    if (n + len > p->u.array.u1.size && expand_fast_array(ctx, p, n + len))
        return -1;
    for (i = 0; i < len; i++)
        p->u.array.u.values[n + i] = js_dup(q->u.array.u.values[i]);
    p->u.array.count = n + len;
    p->prop[0].u.value = js_int32(n + len);
    return 1;
}

/* What Array.from makes of an array, if constructor is this realm's and nobody changed
 * how arrays are iterated; else undefined, or an exception. */
static JSValue bt_array_copy(JSContext *ctx, JSValueConst constructor, JSValueConst array)
{
    JSValue copy;
    int done;
    if (constructor != ctx->array_ctor || !bt_array_next(ctx, array) || !bt_whole_array(JS_VALUE_GET_OBJ(array)))
        return JS_UNDEFINED;
    copy = JS_NewArray(ctx);
    if (JS_IsException(copy))
        return copy;
    done = bt_extend(ctx, copy, 0, array, JS_VALUE_GET_OBJ(array)->u.array.count);
    if (done > 0)
        return copy;
    JS_FreeValue(ctx, copy);
    return done < 0 ? JS_EXCEPTION : JS_UNDEFINED;
}
