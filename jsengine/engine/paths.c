//go:build ignore

/* Shorter ways for what most programs do, taken by edits of quickjs.c's functions.
 * Each declines where a program could tell the difference. Included by shim.c
 * after quickjs.c. */

/* bt_number reads a string that is a decimal of at most 15 digits without exponent. */
static bool bt_number(JSString *p, JSValue *v)
{
    const uint8_t *q, *end;
    uint64_t n = 0;
    int digits = 0, places = 0;
    bool negative;
    double d;
    if (p->is_wide_char || p->len == 0 || p->len > 17)
        return false;
    q = str8(p);
    end = q + p->len;
    negative = *q == '-';
    q += negative;
    for (; q < end && is_digit(*q); q++, digits++)
        n = n * 10 + (*q - '0');
    if (digits == 0)
        return false;
    if (q < end && *q == '.') {
        for (q++; q < end && is_digit(*q); q++, digits++, places++)
            n = n * 10 + (*q - '0');
    }
    if (q != end || digits > 15)
        return false;
    d = (double)n / json_pow10[places];
    *v = js_number(negative ? -d : d);
    return true;
}

/* bt_copy copies the properties of source that excluded, which may be NULL, has
 * not, as object spread and rest do. It returns 1, or -1 with an exception, or 0 if
 * it declines: where a getter would run or the order is not that of making. */
static int bt_copy(JSContext *ctx, JSValueConst target, JSObject *source, JSObject *excluded)
{
    JSObject *to = JS_VALUE_GET_OBJ(target);
    JSShape *shape = source->shape;
    JSShapeProperty *keys = get_shape_prop(shape);
    int i, n = shape->prop_count;
    bool alike = !excluded && shape->is_hashed && to->shape->prop_count == 0 && to->shape->proto == shape->proto;
    if (source->class_id != JS_CLASS_OBJECT || source->is_exotic || to->class_id != JS_CLASS_OBJECT || to->is_exotic || !to->extensible || to == source)
        return 0;
    if (excluded && (excluded->class_id != JS_CLASS_OBJECT || excluded->is_exotic))
        return 0;
    for (i = 0; i < n; i++) {
        JSAtom key = keys[i].atom;
        JSString *name;
        alike &= keys[i].flags == JS_PROP_C_W_E;
        if (key == JS_ATOM_NULL)
            continue;
        if (__JS_AtomIsTaggedInt(key))
            return 0;
        name = ctx->rt->atom_array[key];
        if (name->atom_type != JS_ATOM_TYPE_STRING) {
            if (JS_AtomGetKind(ctx, key) == JS_ATOM_KIND_PRIVATE)
                return 0;
        } else if (name->len > 0 && !name->is_wide_char && is_digit(str8(name)[0])) {
            return 0;
        }
        if ((keys[i].flags & JS_PROP_ENUMERABLE) && (keys[i].flags & JS_PROP_TMASK) != JS_PROP_NORMAL)
            return 0;
    }
    if (alike && n > 0 && shape->deleted_prop_count == 0) {
        JSProperty *values = js_realloc(ctx, to->prop, sizeof(*values) * shape->prop_size);
        if (!values)
            return -1;
        to->prop = values;
        js_free_shape(ctx->rt, to->shape);
        to->shape = js_dup_shape(shape);
        for (i = 0; i < n; i++)
            values[i].u.value = js_dup(source->prop[i].u.value);
        return 1;
    }
    for (i = 0; i < n; i++) {
        JSAtom key = keys[i].atom;
        JSProperty *property;
        JSValue v;
        if (key == JS_ATOM_NULL || !(keys[i].flags & JS_PROP_ENUMERABLE) || (excluded && find_own_property1(excluded, key)))
            continue;
        v = source->prop[i].u.value;
        if (find_own_property1(to, key)) {
            if (JS_DefinePropertyValue(ctx, target, key, js_dup(v), JS_PROP_C_W_E) < 0)
                return -1;
            continue;
        }
        property = add_property(ctx, to, key, JS_PROP_C_W_E);
        if (!property)
            return -1;
        property->u.value = js_dup(v);
    }
    return 1;
}

/* bt_define gives a plain object a property that is not there yet, if a shape with
 * it is there already: such a shape says all that is to be looked up. */
static bool bt_define(JSContext *ctx, JSValueConst obj, JSAtom atom, JSValue val)
{
    JSRuntime *rt = ctx->rt;
    JSObject *p;
    JSShape *from, *to;
    if (JS_VALUE_GET_TAG(obj) != JS_TAG_OBJECT)
        return false;
    p = JS_VALUE_GET_OBJ(obj);
    from = p->shape;
    if (p->class_id != JS_CLASS_OBJECT || p->is_exotic || p->is_prototype || !p->extensible || !from->is_hashed ||
        !(to = find_hashed_shape_prop(rt, from, atom, JS_PROP_C_W_E)))
        return false;
    if (to->prop_size != from->prop_size) {
        JSProperty *prop = js_realloc_rt(rt, p->prop, sizeof(p->prop[0]) * to->prop_size);
        if (!prop)
            return false;
        p->prop = prop;
    }
    p->prop[to->prop_count - 1].u.value = val;
    p->shape = js_dup_shape(to);
    js_free_shape(rt, from);
    return true;
}
