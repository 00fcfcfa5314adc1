//go:build ignore

/* New functions, included in quickjs.c before its own way to make one.
 *
 * Arrow functions and methods have the properties length and name and no more: they
 * get both with one shape, which is made before any program runs. */

/* The shape of a function with a length and a name, of the first realm; or NULL. */
static JSShape *bt_function_shape;

/* f is any function that was just made. */
static void bt_function_shape_init(JSContext *ctx, JSValueConst f)
{
    JSShape *sh = JS_VALUE_GET_OBJ(f)->shape;
    JSShapeProperty *props = get_shape_prop(sh);
    if (sh->is_hashed && sh->prop_count == 2 && props[0].atom == JS_ATOM_length && props[0].flags == JS_PROP_CONFIGURABLE &&
        props[1].atom == JS_ATOM_name && props[1].flags == JS_PROP_CONFIGURABLE && sh->proto == JS_VALUE_GET_OBJ(ctx->function_proto))
        bt_function_shape = js_dup_shape(sh);
}

/* As js_closure for functions that make no generators and have no prototype; it takes b. */
static JSValue bt_closure(JSContext *ctx, JSFunctionBytecode *b, JSVarRef **cur_var_refs, JSStackFrame *sf)
{
    JSAtom name = b->func_name == JS_ATOM_NULL ? JS_ATOM_empty_string : b->func_name;
    JSShape *sh = bt_function_shape;
    JSValue f;
    JSProperty *prop;
    if (sh && sh->proto != JS_VALUE_GET_OBJ(ctx->function_proto))
        sh = NULL;
    if (sh)
        f = JS_NewObjectFromShape(ctx, js_dup_shape(sh), JS_CLASS_BYTECODE_FUNCTION, NULL);
    else
        f = JS_NewObjectClass(ctx, JS_CLASS_BYTECODE_FUNCTION);
    if (JS_IsException(f)) {
        JS_FreeValue(ctx, JS_MKPTR(JS_TAG_FUNCTION_BYTECODE, b));
        return f;
    }
    if (sh) {
        prop = JS_VALUE_GET_OBJ(f)->prop;
        prop[0].u.value = js_int32(b->defined_arg_count);
        prop[1].u.value = JS_AtomToString(ctx, name);
    }
    f = js_closure2(ctx, f, b, cur_var_refs, sf); /* frees f if it fails */
    if (!sh && !JS_IsException(f))
        js_function_set_properties(ctx, f, name, b->defined_arg_count);
    return f;
}

/* Names a new function that has no name; false if that is not what it is. */
static bool bt_name(JSContext *ctx, JSValueConst f, JSAtom name)
{
    JSObject *p;
    JSShapeProperty *props;
    if (JS_VALUE_GET_TAG(f) != JS_TAG_OBJECT || name == JS_ATOM_NULL)
        return false;
    p = JS_VALUE_GET_OBJ(f);
    if (p->class_id != JS_CLASS_BYTECODE_FUNCTION || p->shape->prop_count != 2)
        return false;
    props = get_shape_prop(p->shape);
    if (props[1].atom != JS_ATOM_name || props[1].flags != JS_PROP_CONFIGURABLE || p->prop[1].u.value != JS_MKPTR(JS_TAG_STRING, ctx->rt->atom_array[JS_ATOM_empty_string]))
        return false;
    p->prop[1].u.value = JS_AtomToString(ctx, name);
    return true;
}
