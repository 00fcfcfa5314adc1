package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/buntime/buntime/wasmhost/meter"
)

// What is fetched, with the hashes pip checks. The compiler comes as one wheel
// for each platform.
const (
	sourcePin = `quickjs-ng==0.17.0.2 \
    --hash=sha256:43d2e48272208721a7aaea8e3f02d4b9318f12ef20cc4f5421b59d9a470706ef
`
	compilerPin = `ziglang==0.17.1 \
    --hash=sha256:ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54 \
    --hash=sha256:b7c5f02fccd40f89b999ee16a1f5ddced56e6182370f8affe494bcf8a28cf07e \
    --hash=sha256:4e0b4b9c02b8d0d220e9948010f860b62ff11d96abb39762eca5fa2ef3f7bc97 \
    --hash=sha256:09953b6af7f64168b915180a42774f520f92d86ef6331b28e33915c7e1f0bb23
` // Linux x86-64, Linux arm64, macOS x86-64, macOS arm64
	// pip reads the source package's metadata by its own build script, before we see the archive.
	setupPin = `setuptools==80.9.0 \
    --hash=sha256:062d34222ad13e0cc312a4c02d73f059e86a4acbfbdea8f8f76b28c99f306922
wheel==0.45.1 \
    --hash=sha256:708e7481cc80179af0e556bbf0cc00b8444c7321e2700b8d8580231d13017248
`
	sourceArchive = "quickjs_ng-0.17.0.2.tar.gz"
	sourceFolder  = "quickjs_ng-0.17.0.2/upstream-quickjs/"
)

// stackSize is the shadow stack; it lies at address 0, so that running below it
// is a trap. The engine's own check stops at half of it (shim.c).
const stackSize = 1 << 20

// compileFlags are what the module is compiled with. EMSCRIPTEN only turns
// computed gotos off, which WebAssembly does not have.
var compileFlags = []string{
	"--target=wasm32-wasi", "-O2", "-DNDEBUG", "-DEMSCRIPTEN", "-D_GNU_SOURCE", "-mexec-model=reactor",
	fmt.Sprintf("-Wl,-z,stack-size=%d", stackSize), "-Wl,--strip-all", "-Wl,--export=__stack_pointer", "-g0",
	"-ffunction-sections", "-Wno-everything",
}

// edit replaces one text in a source file, which must be there exactly once.
type edit struct{ file, old, new string }

// rule replaces what matches pattern in a source file, which must be found
// exactly so many times.
type rule struct {
	file, pattern, new string
	times              int
}

// rules make the objects of an image immortal: their reference counts, which are
// below zero, stay as they are, so that using an object does not write to its
// page. See bt_immortal in shim.c. And they give messages that occur often.
var rules = []rule{
	{"quickjs.c", `#define JS_REF_COUNT\(p\) \(js_rc\(p\)->ref_count\)\n`, `$0
static inline void js_ref(const void *p)
{
    int n = JS_REF_COUNT(p);
    if (n >= 0)
        JS_REF_COUNT(p) = n + 1;
}

/* The count that is left; never 0 for what is immortal. */
static inline int js_unref(const void *p)
{
    int n = JS_REF_COUNT(p);
    if (n > 1) {
        JS_REF_COUNT(p) = n - 1;
        return n - 1;
    }
    if (n < 0)
        return 1;
    JS_REF_COUNT(p) = n - 1;
    return n - 1;
}
`, 1},
	{"quickjs.c", `JS_REF_COUNT\(([a-z0-9_>-]+)\)\+\+;`, `js_ref($1);`, 19},
	{"quickjs.c", `JS_REF_COUNT\(([a-z0-9_>-]+)\)--;`, `js_unref($1);`, 2},
	{"quickjs.c", `--JS_REF_COUNT\(([a-z0-9_>-]+)\)`, `js_unref($1)`, 7},
	// Messages of V8.
	{"quickjs.c", `JS_ThrowTypeErrorAtom\(ctx, "cannot read property '%s' of (null|undefined)", (\w+)\)`, `bt_no_read(ctx, $2, "$1"[0] == 'n')`, 4},
	{"quickjs.c", `"cannot set property '%s' of (null|undefined)"`, `"Cannot set properties of $1 (setting '%s')"`, 2},
	{"quickjs.c", `"cannot convert symbol to string"`, `"Cannot convert a Symbol value to a string"`, 1},
	{"quickjs.c", `"BigInt are forbidden in JSON.stringify"`, `"Do not know how to serialize a BigInt"`, 1},
	{"quickjs.c", `(            \} else \{\n)                return js_parse_error\(s, "variable name expected"\);(\n            \}\n        \}\n        if \(s->token.val != ','\))`, `$1                if ((s->token.val == '[' || s->token.val == '{') && js_parse_skip_parens_token(s, &skip_bits, false) != TOK_EOF)
                    return js_parse_error(s, "Missing initializer in destructuring declaration");
                return js_parse_expect(s, -1);$2`, 1},
	{"quickjs.c", `js_parse_error\(s, "variable name expected"\)`, `js_parse_expect(s, -1)`, 1},
	{"quickjs.c", `js_parse_error\(s, "expecting '%c'", ';'\)`, `js_parse_expect(s, ';')`, 1},
	{"quickjs.c", `js_parse_error\(s, "expecting field name"\)`, `js_parse_expect(s, -1)`, 1},
	{"quickjs.c", `js_parse_error\(s, "invalid property name"\)`, `js_parse_expect(s, -1)`, 1},
	// The C library's is one unit off, and so Math.E would not be e; V8 has the same exception.
	{"quickjs.c", `(static double js_math_exp\(double d\) \{ return )exp\(d\);`, `${1}d == 1 ? M_E : exp(d);`, 1},
	{"quickjs.c", `"return not in a function"`, `"Illegal return statement"`, 1},
	{"quickjs.c", `static int js_parse_expect_semi\(JSParseState \*s\)\n`, `/* A message that names something. */
static int js_parse_named(JSParseState *s, const char *before, JSAtom name, const char *after)
{
    char buf[ATOM_GET_STR_BUF_SIZE];
    return js_parse_error(s, "%s'%s'%s", before, JS_AtomGetStr(s->ctx, buf, sizeof(buf), name), after);
}

static int js_parse_taken(JSParseState *s, JSAtom name)
{
    return js_parse_named(s, "Identifier ", name, " has already been declared");
}

/* Whether the token before this one is await as a name: it was meant as the keyword. */
static bool bt_after_await(const JSParseState *s)
{
    const uint8_t *p = s->last_ptr - 5;
    if (p < s->buf_start || memcmp(p, "await", 5))
        return false;
    if (p == s->buf_start)
        return true;
    return p[-1] < 0x80 && !lre_is_id_continue_byte(p[-1]);
}

$0`, 1},
	{"quickjs.c", `(            return 0;\n        \}\n)(        return js_parse_error\(s, "expecting '%c'", ';'\);|        return js_parse_expect\(s, ';'\);)`, `$1        if (bt_after_await(s))
            return js_parse_error(s, "await is only valid in async functions and the top level bodies of modules");
$2`, 1},
	{"quickjs.c", `js_parse_error\(s, "invalid redefinition of (?:lexical identifier|parameter name|a variable)"\)`, `js_parse_taken(s, name)`, 4},
	{"quickjs.c", `if \(hf && hf->scope_level == fd->scope_level\) \{(\n +js_parse_error\(s, "invalid redefinition of global identifier in module code"\))`, `if ((hf && hf->scope_level == fd->scope_level) || (fd->scope_level == fd->body_scope && bt_import_name(fd, func_name))) {$1`, 1},
	{"quickjs.c", `return js_parse_error\(s, "invalid redefinition of global identifier"\)`, `return js_parse_taken(s, name)`, 1},
	{"quickjs.c", `js_parse_error\(s, "invalid redefinition of global identifier(?: in module code)?"\)`, `js_parse_taken(s, func_name)`, 2},
	// A name that is imported is taken. The engine lets a declaration have it as well.
	{"quickjs.c", `static int define_var\(JSParseState \*s, JSFunctionDef \*fd, JSAtom name,\n +JSVarDefEnum var_def_type\)\n\{\n    JSContext \*ctx = s->ctx;\n    JSVarDef \*vd;\n    int idx;\n`, `/* Whether name is imported by the module whose body fd is: until it is
   parsed, its closure variables are its imports. */
static bool bt_import_name(const JSFunctionDef *fd, JSAtom name)
{
    if (!fd->is_eval || fd->eval_type != JS_EVAL_TYPE_MODULE)
        return false;
    for (int i = 0; i < fd->closure_var_count; i++) {
        if (fd->closure_var[i].var_name == name)
            return true;
    }
    return false;
}

$0
    if ((var_def_type == JS_VAR_DEF_VAR || fd->scope_level == fd->body_scope) && var_def_type != JS_VAR_DEF_USING &&
        bt_import_name(fd, name))
        return js_parse_taken(s, name);
`, 1},
	{"quickjs.c", `(    if \(local_name != JS_ATOM_default\) \{\n)(        for \(i = 0; i < s->cur_func->closure_var_count; i\+\+\) \{\n)`, `$1        if (find_global_var(s->cur_func, local_name))
            return js_parse_taken(s, local_name);
$2`, 1},
	{"quickjs.c", `js_parse_error\(s, "duplicate import binding"\)`, `js_parse_taken(s, local_name)`, 1},
	{"quickjs.c", `js_parse_error\(s, "private class field is already defined"\)`, `js_parse_taken(s, name)`, 1},
	{"quickjs.c", `js_parse_error\(s, "duplicate label name"\)`, `js_parse_named(s, "Label ", label_name, " has already been declared")`, 1},
	{"quickjs.c", `js_parse_error\(s, "break/continue label not found"\)`, `js_parse_named(s, "Undefined label ", name, "")`, 1},
	{"quickjs.c", `"break must be inside loop or switch"`, `"Illegal break statement"`, 1},
	{"quickjs.c", `"continue must be inside loop"`, `"Illegal continue statement: no surrounding iteration statement"`, 1},
	{"quickjs.c", `"missing initializer for variable"`, `tok == TOK_CONST ? "Missing initializer in const declaration" : "Missing initializer in using declaration"`, 1},
	{"quickjs.c", `"invalid assignment left-hand side"`, `"Invalid left-hand side in assignment"`, 1},
	{"quickjs.c", `"invalid for in/of left hand-side"`, `"Invalid left-hand side in for-loop"`, 1},
	{"quickjs.c", `"invalid destructuring target"`, `"Invalid destructuring assignment target"`, 3},
	{"quickjs.c", `"(?:super\(\) is only valid in a derived class constructor|'super' is only valid in a method|invalid use of 'super')"`, `"'super' keyword unexpected here"`, 3},
	{"quickjs.c", `"new.target only allowed within functions"`, `"new.target expression is not allowed here"`, 1},
	{"quickjs.c", `"invalid keyword: with"`, `"Strict mode code may not include a with statement"`, 1},
	{"quickjs.c", `"cannot delete a direct reference in strict mode"`, `"Delete of an unqualified identifier in strict mode."`, 1},
	{"quickjs.c", `"invalid (?:lvalue|variable name) in strict mode"`, `"Unexpected eval or arguments in strict mode"`, 2},
	{"quickjs.c", `"property constructor appears more than once"`, `"A class may only have one constructor"`, 1},
	{"quickjs.c", `"undefined private field '%s'"`, `"Private field '%s' must be declared in an enclosing class"`, 1},
	{"quickjs.c", `"function name expected"`, `"Function statements require a function name"`, 1},
	{"quickjs.c", `"(?:invalid number literal|unexpected character|unexpected end of comment)"`, `"Invalid or unexpected token"`, 3},
	{"quickjs.c", `"duplicate default"`, `"More than one default clause in switch statement"`, 1},
	{"quickjs.c", `"expecting catch or finally"`, `"Missing catch or finally after try"`, 1},
	{"quickjs.c", `"line terminator not allowed after throw"`, `"Illegal newline after throw"`, 1},
	{"quickjs.c", `"invalid number of arguments for getter or setter"`, `func_type == JS_PARSE_FUNC_GETTER ? "Getter must not have any formal parameters." : "Setter must have exactly one formal parameter."`, 1},
	{"quickjs.c", `"lexical declarations can't appear in single-statement context"`, `"Lexical declaration cannot appear in a single-statement context"`, 3},
	{"quickjs.c", `"'let' is not a valid lexical identifier"`, `"let is disallowed as a lexically bound name"`, 2},
	{"quickjs.c", `"unparenthesized unary expression can't appear on the left-hand side of '\*\*'"`, `"Unary operator used immediately before exponentiation expression. Parenthesis must be used to disambiguate operator precedence"`, 1},
	{"quickjs.c", `(accept a trailing comma before the '\)' \*/\n +)if \(js_parse_expect\(s, ','\)\)\n( +)return -1;`, `${1}if (s->token.val != ',')
${2}return js_parse_error(s, "missing ) after argument list");
                if (next_token(s))
${2}return -1;`, 2},
	{"quickjs.c", `(        \} else \{\n)(            if \(js_parse_expect\(s, '\('\)\)\n                return -1;\n            if \(!accept_lparen\))`, `$1            if (s->token.val != '(' && !s->is_module)
                return js_parse_error(s, "Cannot use import statement outside a module");
$2`, 1},
	{"quickjs.c", `(unexpected_eof:\n    js_parse_error\(s, )"unexpected end of string"`, `$1"Unexpected end of input"`, 1},
	{"quickjs.c", `"unexpected end of string"`, `"Invalid or unexpected token"`, 1},
	{"quickjs.c", `"unexpected (?:end of|line terminator in) regexp"`, `"Invalid regular expression: missing /"`, 2},
	{"quickjs.c", `"unsupported keyword: %s"`, `"Unexpected token '%s'"`, 1},
	{"quickjs.c", `"cannot convert symbol to number"`, `"Cannot convert a Symbol value to a number"`, 1},
	{"quickjs.c", `(    ret = )(JS_GetOwnPropertyInternal\(ctx, NULL, p, atom\);\n    JS_FreeAtom)`, `${1}bt_unsettled(p, atom) ? 1 : $2`, 2},
	{"quickjs.c", `JS_ThrowTypeError\(ctx, "circular reference"\)`, `bt_circular(ctx, jsc->stack, val)`, 1},
	{"quickjs.c", `"bigint argument with unary \+"`, `"Cannot convert a BigInt value to a number"`, 2},
	{"quickjs.c", `"toPrimitive"\);`, `"Cannot convert object to primitive value");`, 2},
	{"quickjs.c", `"not a Date object"`, `"this is not a Date object."`, 2},
	{"quickjs.c", `"invalid target"`, `"WeakRef: invalid target"`, 2},
	{"quickjs.c", `js_throw_URIError\(ctx, "[^"]*"\)`, `js_throw_URIError(ctx, "URI malformed")`, 6},
	{"quickjs.c", `JS_ThrowRangeError\(ctx, "invalid array length"\)`, `JS_ThrowRangeError(ctx, "Invalid array length")`, 2},
	{"quickjs.c", `JS_Throw(Range|Type)Error\(ctx, "out of bound"\)`, `JS_Throw${1}Error(ctx, "Offset is outside the bounds of the DataView")`, 4},
	// A DataView without a length of its own has what its buffer has now.
	{"quickjs.c", `if \(\(pos \+ size\) > ta->length\)\n(        return JS_ThrowRangeError\(ctx, "Offset is outside the bounds of the DataView"\);)`, `bt_refresh(abuf);
    if (dataview_is_oob(JS_VALUE_GET_OBJ(this_obj)))
        return JS_ThrowTypeErrorArrayBufferOOB(ctx);
    if (pos + size > (ta->track_rab ? abuf->byte_length - ta->offset : ta->length))
$1`, 2},
	{"quickjs.c", `    if \(\(int64_t\)ta->offset \+ ta->length > abuf->byte_length\)\n        return JS_ThrowTypeError\(ctx, "Offset is outside the bounds of the DataView"\);\n`, ``, 2},
	{"quickjs.c", `JS_ThrowSyntaxError\(ctx, "invalid regular expression flags"\)`, `bt_no_flags(ctx, flags)`, 2},
	{"quickjs.c", `"invalid string length"`, `"Invalid string length"`, 7},
	{"quickjs.c", `JS_ThrowRangeError\(ctx, "out-of-bound access"\)`, `JS_ThrowRangeError(ctx, "Invalid atomic access index")`, 6},
	{"quickjs.c", `call_setter\(ctx, pr->u\.getset\.setter, this_obj, val, flags\)`, `bt_call_setter(ctx, pr->u.getset.setter, p1, this_obj, prop, val, flags)`, 2},
	{"quickjs.c", `ret = JS_ThrowTypeErrorOrFalse\(ctx, flags, "object is not extensible"\);`, `ret = bt_say_prop(ctx, flags, "Cannot add property ", prop, ", object is not extensible", JS_UNDEFINED, NULL);`, 2},
	{"quickjs.c", `JS_ThrowTypeError\(ctx, "iterator must return an object"\);`, `bt_say(ctx, "Iterator result ", obj, " is not an object");`, 2},
	// with, toReversed, toSorted and toSpliced read holes and do not ask for them.
	{"quickjs.c", `if \(-1 == JS_TryGetPropertyInt64\(ctx, obj, i, pval\)\)`, `if (JS_IsException(*pval = JS_GetPropertyInt64(ctx, obj, i)))`, 6},
	{"quickjs.c", `return JS_ThrowTypeErrorReadOnly\(ctx, flags, JS_ATOM_length\)`, `return bt_read_only(ctx, flags, JS_ATOM_length, JS_MKPTR(JS_TAG_OBJECT, p))`, 3},
	// A rope that several values share is joined once; an immortal one, too.
	{"quickjs.c", `if \(JS_REF_COUNT\(r\) > 1\)`, `if (JS_REF_COUNT(r) != 1)`, 1},
}

// edits are what cannot be done from outside of quickjs.c.
var edits = []edit{
	{"quickjs.c",
		"        JS_FreeValue(ctx, val);\n        return JS_ThrowTypeError(ctx, \"cannot convert to bigint\");\n",
		"        bt_say(ctx, \"Cannot convert \", val, \" to a BigInt\");\n        JS_FreeValue(ctx, val);\n        return JS_EXCEPTION;\n"},
	// Shared memory, and Atomics, are atomics.c's.
	{"quickjs.c",
		"            memset(abuf->data, 0, sab_alloc_len);\n",
		""},
	{"quickjs.c",
		"        if (abuf->shared && rt->sab_funcs.sab_free) {\n            rt->sab_funcs.sab_free(rt->sab_funcs.sab_opaque, abuf->data);\n",
		"        if (abuf->shared) {\n            bt_sab_gone(abuf);\n"},
	{"quickjs.c",
		"        // 2 bytes big in A, and 1 byte big in B\n        abuf->byte_length = len;\n",
		"        // 2 bytes big in A, and 1 byte big in B\n        if (!bt_sab_grow(abuf, len)) {\n            bt_refresh(abuf);\n            goto bad_length;\n        }\n        abuf->byte_length = len;\n"},
	{"quickjs.c",
		"    /* return 0 if detached */\n    return js_uint32(abuf->byte_length);\n",
		"    bt_refresh(abuf);\n    /* return 0 if detached */\n    return js_uint32(abuf->byte_length);\n"},
	{"quickjs.c",
		"    len = abuf->byte_length;\n\n    if (JS_ToInt64Clamp(ctx, &start, argv[0], 0, len, len))",
		"    bt_refresh(abuf);\n    len = abuf->byte_length;\n\n    if (JS_ToInt64Clamp(ctx, &start, argv[0], 0, len, len))"},
	{"quickjs.c",
		"    return js_int32(p->u.array.count);\n}\n\nstatic JSValue js_typed_array_get_buffer(",
		"    bt_refresh(p->u.typed_array->buffer->u.array_buffer);\n    return js_int32(p->u.array.count);\n}\n\nstatic JSValue js_typed_array_get_buffer("},
	{"quickjs.c",
		"    if (typed_array_is_oob(p))\n        return js_int32(0);\n    ta = p->u.typed_array;\n    if (!ta->track_rab)\n",
		"    bt_refresh(p->u.typed_array->buffer->u.array_buffer);\n    if (typed_array_is_oob(p))\n        return js_int32(0);\n    ta = p->u.typed_array;\n    if (!ta->track_rab)\n"},
	{"quickjs.c",
		"        return -1;\n    if (typed_array_is_oob(p)) {\n        JS_ThrowTypeErrorArrayBufferOOB(ctx);\n        return -1;\n    }\n    return 0;\n}\n",
		"        return -1;\n    bt_refresh(p->u.typed_array->buffer->u.array_buffer);\n    if (typed_array_is_oob(p)) {\n        JS_ThrowTypeErrorArrayBufferOOB(ctx);\n        return -1;\n    }\n    return 0;\n}\n"},
	{"quickjs.c",
		"            if ((offset & ((1 << size_log2) - 1)) != 0 ||\n                offset > abuf->byte_length)\n",
		"            bt_refresh(abuf);\n            if ((offset & ((1 << size_log2) - 1)) != 0 ||\n                offset > abuf->byte_length)\n"},
	{"quickjs.c",
		"    if (offset > abuf->byte_length)\n        return JS_ThrowRangeError(ctx, \"invalid byteOffset\");\n",
		"    bt_refresh(abuf);\n    if (offset > abuf->byte_length)\n        return JS_ThrowRangeError(ctx, \"invalid byteOffset\");\n"},
	{"quickjs.c",
		"    if (dataview_is_oob(p))\n        return JS_ThrowTypeErrorArrayBufferOOB(ctx);\n    ta = p->u.typed_array;\n    if (ta->track_rab) {\n        abuf = ta->buffer->u.array_buffer;\n        return js_uint32(abuf->byte_length - ta->offset);\n",
		"    bt_refresh(p->u.typed_array->buffer->u.array_buffer);\n    if (dataview_is_oob(p))\n        return JS_ThrowTypeErrorArrayBufferOOB(ctx);\n    ta = p->u.typed_array;\n    if (ta->track_rab) {\n        abuf = ta->buffer->u.array_buffer;\n        return js_uint32(abuf->byte_length - ta->offset);\n"},
	{"quickjs.c",
		"#ifdef CONFIG_ATOMICS\n    if (JS_AddIntrinsicAtomics(ctx))\n        return -1;\n#endif\n",
		"    if (bt_add_atomics(ctx))\n        return -1;\n"},
	// Local time is that of the program's TZ.
	{"quickjs.c",
		"static int getTimezoneOffset(int64_t time) {\n",
		"static int getTimezoneOffset(int64_t time) {\n    return bt_zone(time);\n}\n\nstatic int system_timezone_offset(int64_t time) {\n"},
	{"quickjs.c",
		"        tv += getTimezoneOffset(ti) * 60000;\n",
		"        tv += bt_zone_of_local(ti) * 60000;\n"},
	// What a module declares with `using` is its variable, as any other: its functions exist before its body runs,
	// and it can be exported. What is disposed of lies in a local.
	{"quickjs.c",
		"            if (js_define_var(s, name, tok))\n                goto var_error;\n            if (tok == TOK_USING) {",
		"            bool of_module = tok == TOK_USING && s->is_module && fd->is_eval && fd->scope_level == fd->body_scope;\n            if (js_define_var(s, name, of_module ? TOK_CONST : tok))\n                goto var_error;\n            if (of_module) {\n                using_method_idx = add_scope_var(ctx, fd, JS_ATOM__using_dispose_, JS_VAR_USING);\n                if (using_method_idx < 0)\n                    goto var_error;\n                fd->vars[using_method_idx].is_lexical = 1;\n                fd->vars[using_method_idx].is_const = 1;\n            }\n            if (tok == TOK_USING) {"},
	{"quickjs.c",
		"                        emit_op(s, OP_put_loc);\n                        emit_u16(s, using_method_idx);\n                    }",
		"                        emit_op(s, OP_put_loc);\n                        emit_u16(s, using_method_idx);\n                        if (of_module) {\n                            emit_op(s, OP_dup);\n                            emit_op(s, OP_put_loc);\n                            emit_u16(s, using_method_idx - 1);\n                        }\n                    }"},
	// The buffer of a WebAssembly memory cannot be taken away from it.
	{"quickjs.c",
		"        return JS_ThrowTypeError(ctx, \"cannot transfer a SharedArrayBuffer\");\n",
		"        return JS_ThrowTypeError(ctx, \"cannot transfer a SharedArrayBuffer\");\n    if (abuf->realloc_func == wm_buffer_realloc)\n        return JS_ThrowTypeError(ctx, \"Cannot detach the ArrayBuffer of a WebAssembly.Memory\");\n"},
	// What asynchronous work carries along (bt_context, for AsyncLocalStorage): a job that of where it was queued,
	// a promise's reaction that of where it was registered.
	{"quickjs.c",
		"    JSJobFunc *job_func;\n    int argc;\n    JSValue argv[];\n} JSJobEntry;",
		"    JSJobFunc *job_func;\n    JSValue context;\n    int argc;\n    JSValue argv[];\n} JSJobEntry;"},
	{"quickjs.c",
		"    e->job_func = job_func;\n    e->argc = argc;\n",
		"    e->job_func = job_func;\n    e->context = js_dup(bt_context);\n    e->argc = argc;\n"},
	{"quickjs.c",
		"    res = e->job_func(e->ctx, e->argc, vc(e->argv));\n",
		"    JSValue context = bt_context;\n    bt_context = e->context;\n    res = e->job_func(e->ctx, e->argc, vc(e->argv));\n    JS_FreeValue(ctx, bt_context);\n    bt_context = context;\n"},
	{"quickjs.c",
		"    JSValue resolving_funcs[2];\n    JSValue handler;\n} JSPromiseReactionData;",
		"    JSValue resolving_funcs[2];\n    JSValue handler;\n    JSValue context;\n} JSPromiseReactionData;"},
	{"quickjs.c",
		"    JS_FreeValueRT(rt, rd->handler);\n    js_free_rt(rt, rd);",
		"    JS_FreeValueRT(rt, rd->handler);\n    JS_FreeValueRT(rt, rd->context);\n    js_free_rt(rt, rd);"},
	{"quickjs.c",
		"            JS_MarkValue(rt, rd->handler, mark_func);\n",
		"            JS_MarkValue(rt, rd->handler, mark_func);\n            JS_MarkValue(rt, rd->context, mark_func);\n"},
	{"quickjs.c",
		"        args[4] = value;\n        JS_EnqueueJob(ctx, promise_reaction_job, 5, args);\n        list_del(&rd->link);",
		"        args[4] = value;\n        JSValue context = bt_context;\n        bt_context = rd->context;\n        JS_EnqueueJob(ctx, promise_reaction_job, 5, args);\n        bt_context = context;\n        list_del(&rd->link);"},
	{"quickjs.c",
		"        rd->handler = js_dup(handler);\n        rd_array[i] = rd;",
		"        rd->handler = js_dup(handler);\n        rd->context = js_dup(bt_context);\n        rd_array[i] = rd;"},
	// import.meta is filled when a module first uses it.
	{"quickjs.c",
		"        m->meta_obj = obj;\n    }\n    return js_dup(obj);",
		"        m->meta_obj = obj;\n        bt_import_meta(ctx, m);\n        obj = m->meta_obj;\n    }\n    return js_dup(obj);"},
	// The runtime library is in no stack, nor in prepareStackTrace's call sites.
	{"quickjs.c",
		"        p = JS_VALUE_GET_OBJ(sf->cur_func);\n        b = NULL;\n        backtrace_barrier = false;\n",
		"        p = JS_VALUE_GET_OBJ(sf->cur_func);\n        if (bt_hidden(sf))\n            continue;\n        b = NULL;\n        backtrace_barrier = false;\n"},
	// A stack begins with the error's name and message, as they are when it is first read, and ends without a newline,
	// as V8's does.
	{"quickjs.c",
		"            dbuf_printf(&dbuf, \"    at %s\", filename);\n            if (line_num != -1)\n                dbuf_printf(&dbuf, \":%d:%d\", line_num, col_num);\n            dbuf_putc(&dbuf, '\\n');\n",
		"            dbuf_printf(&dbuf, \"\\n    at %s\", filename);\n            if (line_num != -1)\n                dbuf_printf(&dbuf, \":%d:%d\", line_num, col_num);\n"},
	{"quickjs.c",
		"            dbuf_printf(&dbuf, \"    at %s\", str1);",
		"            dbuf_printf(&dbuf, \"\\n    at %s\", str1);"},
	{"quickjs.c",
		"                dbuf_printf(&dbuf, \" (native)\");\n            }\n            dbuf_putc(&dbuf, '\\n');\n",
		"                dbuf_printf(&dbuf, \" (native)\");\n            }\n"},
	{"quickjs.c",
		"            stack = JS_NewStringLen(ctx, (char *)dbuf.buf, dbuf.size);\n        dbuf_free(&dbuf);",
		"            stack = bt_frames(ctx, error_obj, (char *)dbuf.buf, dbuf.size);\n        dbuf_free(&dbuf);"},
	{"quickjs.c",
		"        JS_DefinePropertyValue(ctx, error_obj, JS_ATOM_stack, stack,\n                               JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);\n    } else if (can_store_error_stack(error_obj)) {",
		"        if (!bt_put_frames(ctx, error_obj, stack))\n            JS_DefinePropertyValue(ctx, error_obj, JS_ATOM_stack, bt_with_head(ctx, error_obj, stack),\n                                   JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);\n    } else if (can_store_error_stack(error_obj)) {"},
	{"quickjs.c",
		"        prepare = js_dup(ctx->error_prepare_stack);",
		"        prepare = bt_prepare(ctx);"},
	// The constructors of an error's own classes are in no stack, as in V8 and JavaScriptCore.
	{"quickjs.c",
		"    /* skip the Error() function in the backtrace */\n    build_backtrace(ctx, obj, JS_UNDEFINED, NULL, 0, 0, JS_BACKTRACE_FLAG_SKIP_FIRST_LEVEL);\n    return obj;",
		"    return bt_constructed(ctx, obj);"},
	// Columns of the first line count from 1, as those of the others do.
	{"quickjs.c",
		"    s->mark = s->buf_ptr + min_int(1, input_len);\n    s->eol = s->buf_ptr;",
		"    s->mark = s->buf_ptr + min_int(1, input_len);\n    s->eol = s->buf_ptr - 1;"},
	// The position of a call or a property is V8's: the name of what is called or
	// read, else its bracket; `new`. (By default it is that of the last argument.)
	{"quickjs.c",
		"    int optional_chaining_label;\n    bool accept_lparen = (parse_flags & PF_POSTFIX_CALL) != 0;\n",
		"    int optional_chaining_label;\n    bool accept_lparen = (parse_flags & PF_POSTFIX_CALL) != 0;\n    int call_line = s->token.line_num, call_col = bt_column(s);\n    bool named = s->token.val == TOK_IDENT;\n"},
	{"quickjs.c",
		"                /* new operator on an object */\n                emit_op(s, OP_dup);",
		"                /* new operator on an object */\n                emit_source_loc_at(s, call_line, call_col);\n                emit_op(s, OP_dup);"},
	{"quickjs.c",
		"        parse_func_call:\n            if (next_token(s))",
		"        parse_func_call:\n            if (!named && call_type == FUNC_CALL_NORMAL) {\n                call_line = s->token.line_num;\n                call_col = bt_column(s);\n            }\n            if (next_token(s))"},
	{"quickjs.c",
		"            parse_func_call2:\n                emit_source_loc(s);\n",
		"            parse_func_call2:\n"},
	{"quickjs.c",
		"                /* apply function call */\n                switch(opcode) {",
		"                /* apply function call */\n                emit_source_loc_at(s, call_line, call_col);\n                switch(opcode) {"},
	{"quickjs.c",
		"            emit_func_call:\n                switch(opcode) {",
		"            emit_func_call:\n                emit_source_loc_at(s, call_line, call_col);\n                switch(opcode) {"},
	{"quickjs.c",
		"            call_type = FUNC_CALL_NORMAL;\n        } else if (s->token.val == '.') {",
		"            call_type = FUNC_CALL_NORMAL;\n            named = false;\n        } else if (s->token.val == '.') {"},
	{"quickjs.c",
		"        parse_property:\n            if (s->token.val == TOK_PRIVATE_NAME) {",
		"        parse_property:\n            if (call_type == FUNC_CALL_NORMAL) {\n                call_line = s->token.line_num;\n                call_col = bt_column(s);\n                named = true;\n            }\n            emit_source_loc(s);\n            if (s->token.val == TOK_PRIVATE_NAME) {"},
	{"quickjs.c",
		"            int prev_op;\n\n        parse_array_access:\n            prev_op = get_prev_opcode(fd);\n",
		"            int prev_op, at_line, at_col;\n\n        parse_array_access:\n            at_line = s->token.line_num;\n            at_col = bt_column(s);\n            named = false;\n            prev_op = get_prev_opcode(fd);\n"},
	{"quickjs.c",
		"            if (js_parse_expect(s, ']'))\n                return -1;\n            if (prev_op == OP_get_super) {\n                emit_op(s, OP_get_super_value);",
		"            if (js_parse_expect(s, ']'))\n                return -1;\n            emit_source_loc_at(s, at_line, at_col);\n            if (prev_op == OP_get_super) {\n                emit_op(s, OP_get_super_value);"},
	{"quickjs.c",
		"static void emit_source_loc_at(JSParseState *s, int line_num, int col_num)\n",
		"/* The token's own column: col_num is that of the last name. */\nstatic int bt_column(JSParseState *s)\n{\n    return bt_units(s, s->token.line_start, s->token.ptr) + 1;\n}\n\nstatic void emit_source_loc_at(JSParseState *s, int line_num, int col_num)\n"},
	// Columns are units of UTF-16, as in V8 and JavaScriptCore. What was counted last is not counted again.
	{"quickjs.c",
		"} JSParseState;\n",
		"} JSParseState;\n\n/* bt_units is how many units of UTF-16 the text from a place to another is, which may be before or behind the last one. */\nstatic int bt_units(JSParseState *s, const uint8_t *from, const uint8_t *to)\n{\n    const uint8_t *p, *last;\n    int extra = 0;\n    if (to < from)\n        return 0;\n    if (s->units_from != from) {\n        s->units_from = s->units_to = from;\n        s->units = 0;\n    }\n    /* of each character, all bytes but the first are none; one of four bytes is two units */\n    last = to > s->units_to ? to : s->units_to;\n    for (p = to > s->units_to ? s->units_to : to; p < last; p++)\n        extra += (*p >= 0xf0) - ((*p & 0xc0) == 0x80);\n    s->units += to > s->units_to ? (int)(to - s->units_to) + extra : (int)(to - s->units_to) - extra;\n    s->units_to = to;\n    return s->units;\n}\n"},
	{"quickjs.c",
		"    const uint8_t *mark; // first token character, invariant: eol < mark\n",
		"    const uint8_t *mark; // first token character, invariant: eol < mark\n    const uint8_t *units_from, *units_to; // of bt_units' last answer\n    int units;\n"},
	{"quickjs.c",
		"        err_col_num = (int)(s->token.ptr - s->token.line_start) + 1;",
		"        err_col_num = bt_units(s, s->token.line_start, s->token.ptr) + 1;"},
	{"quickjs.c",
		"    s->token.col_num = max_int(1, s->mark - s->eol);",
		"    s->token.col_num = max_int(1, bt_units(s, s->eol + 1, s->mark) + 1);"},
	{"quickjs.c",
		"                s->col_num = max_int(1, s->mark - s->eol);",
		"                s->col_num = max_int(1, bt_units(s, s->eol + 1, s->mark) + 1);"},
	{"quickjs.c",
		"    emit_source_loc_at(s, s->token.line_num, s->token.col_num);",
		"    emit_source_loc_at(s, s->token.line_num, bt_column(s));"},
	// That of a binary operator is the operator's.
	{"quickjs.c",
		"        if (next_token(s))\n            return -1;\n        emit_source_loc(s);\n        if (js_parse_expr_binary(s, level - 1, parse_flags))\n            return -1;\n        emit_op(s, opcode);",
		"        int line = s->token.line_num, col = bt_column(s);\n        if (next_token(s))\n            return -1;\n        if (js_parse_expr_binary(s, level - 1, parse_flags))\n            return -1;\n        emit_source_loc_at(s, line, col);\n        emit_op(s, opcode);"},
	// A template is joined by a function of our own, not by what the string's
	// prototype says is concat.
	{"quickjs.c",
		"    OP_SPECIAL_OBJECT_NULL_PROTO,\n",
		"    OP_SPECIAL_OBJECT_NULL_PROTO,\n    OP_SPECIAL_OBJECT_CONCAT,\n"},
	{"quickjs.c",
		"                case OP_SPECIAL_OBJECT_NULL_PROTO:\n",
		"                case OP_SPECIAL_OBJECT_CONCAT:\n                    *sp++ = js_dup(bt_concat);\n                    break;\n                case OP_SPECIAL_OBJECT_NULL_PROTO:\n"},
	{"quickjs.c",
		"                    emit_op(s, OP_get_field2);\n                    emit_atom(s, JS_ATOM_concat);\n",
		"                    emit_op(s, OP_special_object);\n                    emit_u8(s, OP_SPECIAL_OBJECT_CONCAT);\n"},
	// A DOMException is an error, as the language says.
	{"quickjs.c",
		"    return js_bool(JS_IsError(argv[0]));",
		"    return js_bool(JS_IsError(argv[0]) || JS_GetClassID(argv[0]) == JS_CLASS_DOM_EXCEPTION);"},
	// The collector runs again when a program has half as much again, of its own:
	// the image, which it does not free, does not count. Tests run it at every allocation.
	{"quickjs.c",
		"            (rt->malloc_state.malloc_size >> 1);\n    }\n}",
		"            bt_gc_more(rt->malloc_state.malloc_size);\n        if (bt_gc_always)\n            rt->malloc_gc_threshold = 0;\n    }\n}"},
	// Iterator helpers call each other here, past the check in JS_Call.
	{"quickjs.c",
		"            func = p->u.cfunc.c_function;\n            return func.iterator_next(ctx, enum_obj, argc, argv,",
		"            if (js_check_stack_overflow(ctx->rt, 0)) {\n                JS_ThrowStackOverflow(ctx);\n                goto fail;\n            }\n            func = p->u.cfunc.c_function;\n            return func.iterator_next(ctx, enum_obj, argc, argv,"},
	// Small integers, whose hash is made of a double's upper half, would share a few
	// chains of a Map.
	{"quickjs.c",
		"    return h ^ ctx->hash_seed ^ hash32(tag);",
		"    h = hash32(h ^ ctx->hash_seed ^ hash32(tag));\n    return h ^ (h >> 16);"},
	// The shapes made last are kept until the next collection, so that the next object made the same way finds them.
	{"quickjs.c",
		"    int shape_hash_count; /* number of hashed shapes */\n",
		"    int shape_hash_count; /* number of hashed shapes */\n    JSShape *kept_shapes[64];\n    unsigned kept_shape;\n"},
	{"quickjs.c",
		"/* make space to hold at least 'count' properties */\nstatic no_inline int resize_properties(",
		"static void keep_shape(JSRuntime *rt, JSShape *sh)\n{\n    JSShape **k, *old;\n    /* each property more of a kept shape makes a new shape: few only */\n    if (!sh->is_hashed || sh->prop_count > 12)\n        return;\n    k = &rt->kept_shapes[rt->kept_shape++ % countof(rt->kept_shapes)];\n    old = *k;\n    *k = js_dup_shape(sh);\n    js_free_shape_null(rt, old);\n}\n\nstatic void forget_shapes(JSRuntime *rt)\n{\n    unsigned i;\n    for (i = 0; i < countof(rt->kept_shapes); i++) {\n        JSShape *sh = rt->kept_shapes[i];\n        rt->kept_shapes[i] = NULL;\n        js_free_shape_null(rt, sh);\n    }\n    rt->kept_shape = 0;\n}\n\n/* make space to hold at least 'count' properties */\nstatic no_inline int resize_properties("},
	{"quickjs.c",
		"        sh = js_new_shape(ctx, proto);\n        if (!sh)\n            return JS_EXCEPTION;\n    }\n    return JS_NewObjectFromShape(ctx, sh, class_id, NULL);",
		"        sh = js_new_shape(ctx, proto);\n        if (!sh)\n            return JS_EXCEPTION;\n        keep_shape(ctx->rt, sh);\n    }\n    return JS_NewObjectFromShape(ctx, sh, class_id, NULL);"},
	{"quickjs.c",
		"void JS_RunGC(JSRuntime *rt)\n{\n",
		"void JS_RunGC(JSRuntime *rt)\n{\n    forget_shapes(rt);\n"},
	{"quickjs.c",
		"    if (add_shape_property(ctx, &p->shape, p, prop, prop_flags))\n        return NULL;\n    return &p->prop[p->shape->prop_count - 1];",
		"    if (add_shape_property(ctx, &p->shape, p, prop, prop_flags))\n        return NULL;\n    keep_shape(ctx->rt, p->shape);\n    return &p->prop[p->shape->prop_count - 1];"},
	// A new function has no properties to look for.
	{"quickjs.c",
		"                                       JSAtom name, int len)\n{\n    /* ES6 feature non compatible with ES5.1: length is configurable */\n",
		"                                       JSAtom name, int len)\n{\n    JSObject *p = JS_VALUE_GET_OBJ(func_obj);\n    if (likely(p->shape->prop_count == 0 && p->extensible)) {\n        JSProperty *pr = add_property(ctx, p, JS_ATOM_length, JS_PROP_CONFIGURABLE);\n        if (pr) {\n            pr->u.value = js_int32(len);\n            pr = add_property(ctx, p, JS_ATOM_name, JS_PROP_CONFIGURABLE);\n            if (pr)\n                pr->u.value = JS_AtomToString(ctx, name);\n        }\n        return;\n    }\n    /* ES6 feature non compatible with ES5.1: length is configurable */\n"},
	// A number in JSON is read as one in source is, not by the C library with 128-bit
	// floats, and is an integer where it can be one.
	{"quickjs.c",
		"    s->token.u.num.val = js_float64(strtod((const char *)p_start, NULL));",
		"    JSATODTempMem mem;\n    s->token.u.num.val = js_number(js_atod((const char *)p_start, NULL, 10, 0, &mem));"},
	// JSON and decimal numbers as most programs have them take one pass (json.c).
	{"quickjs.c",
		"    const char *str;\n    size_t len;\n\n    str = JS_ToCStringLen(ctx, &len, argv[0]);\n    if (!str)\n        return JS_EXCEPTION;\n    if (argc > 1 && JS_IsFunction(ctx, argv[1])) {",
		"    const char *str;\n    size_t len;\n\n    JSValue text = JS_ToString(ctx, argv[0]);\n    if (JS_IsException(text))\n        return text;\n    obj = bt_json_parse(ctx, text, argc > 1 && JS_IsFunction(ctx, argv[1]));\n    if (!JS_IsUninitialized(obj)) {\n        JS_FreeValue(ctx, text);\n        return obj;\n    }\n    str = JS_ToCStringLen(ctx, &len, text);\n    JS_FreeValue(ctx, text);\n    if (!str)\n        return JS_EXCEPTION;\n    if (argc > 1 && JS_IsFunction(ctx, argv[1])) {"},
	{"quickjs.c",
		"    jsc->replacer_func = JS_UNDEFINED;\n    jsc->stack = JS_UNDEFINED;",
		"    if (!JS_IsObject(replacer)) {\n        ret = bt_json_stringify(ctx, obj, space0);\n        if (!JS_IsUninitialized(ret))\n            return ret;\n    }\n    jsc->replacer_func = JS_UNDEFINED;\n    jsc->stack = JS_UNDEFINED;"},
	{"quickjs.c",
		"    JSDTOATempMem dtoa_mem;\n    len_max = js_dtoa_max_len(d, radix, n_digits, flags);\n",
		"    JSDTOATempMem dtoa_mem;\n    if (radix == 10 && (flags == JS_DTOA_FORMAT_FREE || flags == JS_DTOA_FORMAT_FRAC)) {\n        len = flags == JS_DTOA_FORMAT_FREE ? bt_decimal(static_buf, d) : bt_fixed(static_buf, d, n_digits);\n        if (len)\n            return js_new_string8_len(ctx, static_buf, len);\n    }\n    len_max = js_dtoa_max_len(d, radix, n_digits, flags);\n"},
	// Strings that are decimals, letters of ASCII, and plain objects (paths.c).
	{"quickjs.c",
		"            const char *str;\n            const char *p;\n            size_t len;\n\n            str = JS_ToCStringLen(ctx, &len, val);\n            JS_FreeValue(ctx, val);\n            if (!str)\n                return JS_EXCEPTION;\n            p = str;\n            p += skip_spaces(p);",
		"            const char *str;\n            const char *p;\n            size_t len;\n\n            if (tag == JS_TAG_STRING && bt_number(JS_VALUE_GET_STRING(val), &ret)) {\n                JS_FreeValue(ctx, val);\n                break;\n            }\n            str = JS_ToCStringLen(ctx, &len, val);\n            JS_FreeValue(ctx, val);\n            if (!str)\n                return JS_EXCEPTION;\n            p = str;\n            p += skip_spaces(p);"},
	{"quickjs.c",
		"    p = JS_VALUE_GET_OBJ(source);\n\n    gpn_flags = JS_GPN_STRING_MASK | JS_GPN_SYMBOL_MASK | JS_GPN_ENUM_ONLY;",
		"    p = JS_VALUE_GET_OBJ(source);\n    if (!setprop && (ret = bt_copy(ctx, target, p, pexcl)))\n        return ret < 0 ? -1 : 0;\n\n    gpn_flags = JS_GPN_STRING_MASK | JS_GPN_SYMBOL_MASK | JS_GPN_ENUM_ONLY;"},
	{"quickjs.c",
		"                ret = JS_DefinePropertyValue(ctx, sp[-2], atom, sp[-1],\n                                             JS_PROP_C_W_E | JS_PROP_THROW);\n                sp--;\n                if (unlikely(ret < 0))\n                    goto exception;\n            }\n            BREAK;\n\n        CASE(OP_set_name):",
		"                ret = bt_define(ctx, sp[-2], atom, sp[-1]) ? 0 :\n                    JS_DefinePropertyValue(ctx, sp[-2], atom, sp[-1],\n                                           JS_PROP_C_W_E | JS_PROP_THROW);\n                sp--;\n                if (unlikely(ret < 0))\n                    goto exception;\n            }\n            BREAK;\n\n        CASE(OP_set_name):"},
	// A builtin is called without a start of the interpreter for it.
	{"quickjs.c",
		"                ret_val = JS_CallInternal(ctx, call_argv[-1], JS_UNDEFINED,\n                                          JS_UNDEFINED, call_argc,\n                                          vc(call_argv), 0);\n",
		"                if (bt_builtin(call_argv[-1]))\n                    ret_val = js_poll_interrupts(ctx) ? JS_EXCEPTION : js_call_c_function(ctx, call_argv[-1], JS_UNDEFINED, call_argc, vc(call_argv), 0);\n                else\n                    ret_val = JS_CallInternal(ctx, call_argv[-1], JS_UNDEFINED,\n                                              JS_UNDEFINED, call_argc,\n                                              vc(call_argv), 0);\n"},
	{"quickjs.c",
		"                ret_val = JS_CallInternal(ctx, call_argv[-1], call_argv[-2],\n                                          JS_UNDEFINED, call_argc,\n                                          vc(call_argv), 0);\n",
		"                if (bt_builtin(call_argv[-1]))\n                    ret_val = js_poll_interrupts(ctx) ? JS_EXCEPTION : js_call_c_function(ctx, call_argv[-1], call_argv[-2], call_argc, vc(call_argv), 0);\n                else\n                    ret_val = JS_CallInternal(ctx, call_argv[-1], call_argv[-2],\n                                              JS_UNDEFINED, call_argc,\n                                              vc(call_argv), 0);\n"},
	{"quickjs.c",
		"bool JS_IsConstructor(JSContext *ctx, JSValueConst val)\n{\n    JSObject *p;\n",
		"static inline bool bt_builtin(JSValueConst f)\n{\n    return JS_VALUE_GET_TAG(f) == JS_TAG_OBJECT && JS_VALUE_GET_OBJ(f)->class_id == JS_CLASS_C_FUNCTION;\n}\n\nbool JS_IsConstructor(JSContext *ctx, JSValueConst val)\n{\n    JSObject *p;\n"},
	// Matches of regular expressions as numbers (regexp.c), and as arrays filled at once.
	{"quickjs.c",
		"            if (JS_DefinePropertyValueUint32(ctx, obj, i, val, prop_flags) < 0)\n                goto fail;\n        }\n\n        if (!JS_IsUndefined(indices)) {",
		"            if (add_fast_array_element(ctx, JS_VALUE_GET_OBJ(obj), val, 0) < 0)\n                goto fail;\n        }\n\n        if (!JS_IsUndefined(indices)) {"},
	{"quickjs.c",
		"                                    JS_CLASS_ARRAY, props);\n        if (JS_IsException(obj))\n            goto fail;\n        prop_flags =",
		"                                    JS_CLASS_ARRAY, props);\n        if (JS_IsException(obj) || expand_fast_array(ctx, JS_VALUE_GET_OBJ(obj), capture_count))\n            goto fail;\n        prop_flags ="},
	{"quickjs.c",
		"    if (JS_IsFunction(ctx, method)) {\n        ret = JS_CallFree(ctx, method, r, 1, &s);",
		"    if (JS_IsCFunction(ctx, method, js_regexp_exec, 0) && JS_VALUE_GET_OBJ(method)->u.cfunc.realm == ctx) {\n        JS_FreeValue(ctx, method);\n        return js_regexp_exec(ctx, r, 1, &s);\n    }\n    if (JS_IsFunction(ctx, method)) {\n        ret = JS_CallFree(ctx, method, r, 1, &s);"},
	{"quickjs.c",
		"    JSValue val;\n    bool ret;\n\n    val = JS_RegExpExec(ctx, this_val, argv[0]);",
		"    JSValue val;\n    int ret;\n\n    ret = bt_regexp_test(ctx, this_val, argv[0]);\n    if (ret >= -1)\n        return ret < 0 ? JS_EXCEPTION : js_bool(ret);\n    val = JS_RegExpExec(ctx, this_val, argv[0]);"},
	{"quickjs.c",
		"    S = JS_ToString(ctx, argv[0]);\n    if (JS_IsException(S))\n        goto exception;\n\n    flags = JS_GetProperty(ctx, rx, JS_ATOM_flags);",
		"    S = JS_ToString(ctx, argv[0]);\n    if (JS_IsException(S))\n        goto exception;\n    if (bt_regexp_match(ctx, rx, S, &A)) {\n        JS_FreeValue(ctx, S);\n        return A;\n    }\n\n    flags = JS_GetProperty(ctx, rx, JS_ATOM_flags);"},
	{"quickjs.c",
		"        rp = JS_VALUE_GET_STRING(rep_val);\n    }\n\n    flags = JS_GetProperty(ctx, rx, JS_ATOM_flags);",
		"        rp = JS_VALUE_GET_STRING(rep_val);\n    }\n    if (bt_regexp_replace(ctx, rx, str, rep, rp, &res))\n        goto done;\n\n    flags = JS_GetProperty(ctx, rx, JS_ATOM_flags);"},
	{"quickjs.c",
		"    str = JS_ToString(ctx, argv[0]);\n    if (JS_IsException(str))\n        goto exception;\n    ctor = JS_SpeciesConstructor",
		"    str = JS_ToString(ctx, argv[0]);\n    if (JS_IsException(str))\n        goto exception;\n    if (bt_regexp_split(ctx, rx, str, argv[1], &A))\n        goto done;\n    ctor = JS_SpeciesConstructor"},
	// The last match of a realm, which RegExp.$1 and its like tell (regexp.c).
	{"quickjs.c",
		"    JSValue regexp_ctor;\n",
		"    JSValue regexp_ctor;\n    bt_match last_match;\n"},
	{"quickjs.c",
		"    ctx->regexp_ctor = JS_NULL;\n",
		"    ctx->regexp_ctor = JS_NULL;\n    ctx->last_match.subject = NULL;\n    ctx->last_match.input = JS_UNDEFINED;\n"},
	{"quickjs.c",
		"    JS_FreeValue(ctx, ctx->regexp_ctor);\n",
		"    JS_FreeValue(ctx, ctx->regexp_ctor);\n    bt_match_free(ctx);\n"},
	{"quickjs.c",
		"        index = (capture[0] - str_buf) >> shift;\n",
		"        index = (capture[0] - str_buf) >> shift;\n        bt_matched(ctx, str, capture, capture_count);\n"},
	{"quickjs.c",
		"        start = (capture[0] - str_buf) >> shift;\n        end = (capture[1] - str_buf) >> shift;\n",
		"        start = (capture[0] - str_buf) >> shift;\n        end = (capture[1] - str_buf) >> shift;\n        bt_matched(ctx, str, capture, lre_get_capture_count(re_bytecode));\n"},
	{"quickjs.c",
		"static const JSCFunctionListEntry js_regexp_funcs[] = {\n",
		"static const JSCFunctionListEntry js_regexp_funcs[] = {\n    BT_MATCH_GETTERS\n"},
	// Two properties of shapes are compared at once: all but the link of the first 26 bits.
	{"quickjs.c",
		"                if (unlikely(get_shape_prop(sh1)[i].atom != get_shape_prop(sh)[i].atom) ||\n                    unlikely(get_shape_prop(sh1)[i].flags != get_shape_prop(sh)[i].flags))\n                    goto next;",
		"                uint64_t p1, p2;\n                memcpy(&p1, &get_shape_prop(sh1)[i], sizeof(p1));\n                memcpy(&p2, &get_shape_prop(sh)[i], sizeof(p2));\n                if (unlikely((p1 ^ p2) >> 26))\n                    goto next;"},
	// The characters of a string are its object's properties.
	{"quickjs.c",
		"    if (JS_VALUE_GET_TAG(source) != JS_TAG_OBJECT)\n        return 0;\n\n    if (JS_VALUE_GET_TAG(excluded) == JS_TAG_OBJECT)",
		"    if (JS_IsString(source)) {\n        val = JS_ToObject(ctx, source);\n        ret = JS_IsException(val) ? -1 : JS_CopyDataProperties(ctx, target, val, excluded, setprop);\n        JS_FreeValue(ctx, val);\n        return ret;\n    }\n    if (JS_VALUE_GET_TAG(source) != JS_TAG_OBJECT)\n        return 0;\n\n    if (JS_VALUE_GET_TAG(excluded) == JS_TAG_OBJECT)"},
	// What is registered as its own token must not be kept by that.
	{"quickjs.c",
		"    JSValue token;\n    JSValue cb;\n    JSContext *ctx;\n} JSFinRecEntry;",
		"    JSValue token;\n    bool own_token;\n    JSValue cb;\n    JSContext *ctx;\n} JSFinRecEntry;"},
	{"quickjs.c",
		"    fre->token = js_dup(token);",
		"    fre->own_token = js_same_value(ctx, target, token);\n    fre->token = fre->own_token ? JS_UNDEFINED : js_dup(token);"},
	{"quickjs.c",
		"        if (js_same_value(ctx, fre->token, token)) {\n            list_del(&fre->link);",
		"        if (js_same_value(ctx, fre->own_token ? fre->target : fre->token, token)) {\n            list_del(&fre->link);"},
	// The promises of async functions and modules are settled by the engine alone,
	// so they need no functions for it.
	{"quickjs.c",
		"    if (js_create_resolving_functions(ctx, resolving_funcs, obj)) {\n        JS_FreeValue(ctx, obj);\n        return JS_EXCEPTION;\n    }\n    rt = ctx->rt;",
		"    if (resolving_funcs && js_create_resolving_functions(ctx, resolving_funcs, obj)) {\n        JS_FreeValue(ctx, obj);\n        return JS_EXCEPTION;\n    }\n    rt = ctx->rt;"},
	{"quickjs.c",
		"    promise = JS_NewPromiseCapability(ctx, s->resolving_funcs);\n    if (JS_IsException(promise))\n        goto fail;\n\n    if (async_func_init(",
		"    promise = js_promise_new(ctx, JS_UNDEFINED, NULL);\n    if (JS_IsException(promise))\n        goto fail;\n    s->resolving_funcs[0] = js_dup(promise);\n\n    if (async_func_init("},
	{"quickjs.c",
		"            ret2 = JS_Call(ctx, s->resolving_funcs[1], JS_UNDEFINED,\n                           1, vc(&error));",
		"            ret2 = bt_settle(ctx, s->resolving_funcs[0], error, true);"},
	{"quickjs.c",
		"            ret2 = JS_Call(ctx, s->resolving_funcs[0], JS_UNDEFINED,\n                           1, vc(&value));",
		"            ret2 = bt_settle(ctx, s->resolving_funcs[0], value, false);"},
	{"quickjs.c",
		"        ret_val = JS_Call(ctx, m->resolving_funcs[0], JS_UNDEFINED, 1, &value);",
		"        ret_val = bt_settle(ctx, m->promise, value, false);"},
	// What built-in functions say (words.c), as V8 does.
	{"quickjs.c",
		"        JS_ThrowRangeError(ctx, \"invalid array index\");\n        *plen = 0;\n        return -1;",
		"        *plen = 0;\n        return bt_no_index(ctx, val);"},
	{"quickjs.c",
		"        return JS_ThrowRangeError(ctx, \"invalid array buffer max length\");",
		"        return JS_ThrowRangeError(ctx, \"Invalid array buffer max length\");"},
	{"quickjs.c",
		"        return JS_ThrowRangeError(ctx, \"invalid byteOffset\");",
		"        return bt_say_range(ctx, \"Start offset \", argv[1], \" is outside the bounds of the buffer\");"},
	{"quickjs.c",
		"            return JS_ThrowRangeError(ctx, \"invalid byteLength\");",
		"            return bt_say_range(ctx, \"Invalid DataView length \", argv[2], \"\");"},
	{"quickjs.c",
		"                return JS_ThrowRangeError(ctx, \"invalid offset\");\n            if (JS_IsUndefined(argv[2])) {",
		"                return bt_view_of(ctx, classid, argv[1], true);\n            if (JS_IsUndefined(argv[2])) {"},
	{"quickjs.c",
		"                invalid_length:\n                    return JS_ThrowRangeError(ctx, \"invalid length\");",
		"                    return bt_say_range(ctx, \"Invalid typed array length: \", argv[2], \"\");\n                invalid_length:\n                    return bt_view_of(ctx, classid, JS_UNDEFINED, false);"},
	{"quickjs.c",
		"        return JS_ThrowRangeError(ctx, \"invalid typed array index\");",
		"        return JS_ThrowRangeError(ctx, \"Invalid typed array index\");"},
	{"quickjs.c",
		"        JS_ThrowRangeError(ctx, \"invalid array index: %\" PRId64, idx);",
		"        JS_ThrowRangeError(ctx, \"Invalid index : %\" PRId64, idx);"},
	{"quickjs.c",
		"        JS_ThrowTypeError(ctx, \"not a TypedArray\");",
		"        JS_ThrowTypeError(ctx, \"this is not a typed array.\");"},
	{"quickjs.c",
		"    return JS_ThrowTypeError(ctx, \"cannot be called\");",
		"    return JS_ThrowTypeError(ctx, \"Abstract class TypedArray not directly constructable\");"},
	{"quickjs.c",
		"        return JS_ThrowTypeError(ctx, \"not a generator\");",
		"        return JS_ThrowTypeError(ctx, \"next method called on incompatible receiver\");"},
	{"quickjs.c",
		"    }\n    return JS_ThrowTypeError(ctx, \"not a number\");\n}\n",
		"    }\n    return bt_this_not(ctx, \"Number\");\n}\n"},
	{"quickjs.c",
		"    }\n    return JS_ThrowTypeError(ctx, \"not a boolean\");\n}\n",
		"    }\n    return bt_this_not(ctx, \"Boolean\");\n}\n"},
	{"quickjs.c",
		"    }\n    return JS_ThrowTypeError(ctx, \"not a BigInt\");\n}\n",
		"    }\n    return bt_this_not(ctx, \"BigInt\");\n}\n"},
	{"quickjs.c",
		"                return js_dup(p->u.object_data);\n        }\n    }\n    return JS_ThrowTypeError(ctx, \"not a string\");",
		"                return js_dup(p->u.object_data);\n        }\n    }\n    return bt_this_not(ctx, \"String\");"},
	{"quickjs.c",
		"    return JS_ThrowTypeError(ctx, \"not an object\");\n}\n\nstatic JSValue JS_ThrowTypeErrorNotASymbol",
		"    return bt_no_object_given(ctx);\n}\n\nstatic JSValue JS_ThrowTypeErrorNotASymbol"},
	{"quickjs.c",
		"        return JS_ThrowTypeError(ctx, \"null or undefined are forbidden\");",
		"        return bt_no_text(ctx);"},
	{"quickjs.c",
		"                    JS_ThrowTypeError(ctx, \"circular prototype chain\");",
		"                    JS_ThrowTypeError(ctx, \"Cyclic __proto__ value\");"},
	{"quickjs.c",
		"            JS_ThrowTypeError(ctx, \".size is undefined\");",
		"            JS_ThrowTypeError(ctx, \"The .size property is NaN\");"},
	{"quickjs.c",
		"            JS_ThrowRangeError(ctx, \".size is not a legal size\");",
		"            JS_ThrowRangeError(ctx, \"'%.0f' is an invalid size\", d);"},
	{"quickjs.c",
		"            JS_ThrowTypeError(ctx, \".size is not a legal size\");",
		"            JS_ThrowTypeError(ctx, \"The .size property is NaN\");"},
	{"quickjs.c",
		"        JS_ThrowTypeError(ctx, \".has is not a function\");",
		"        JS_ThrowTypeError(ctx, \"string \\\"has\\\" is not a function\");"},
	{"quickjs.c",
		"        JS_ThrowTypeErrorRevokedProxy(ctx);\n        return NULL;\n    }\n    method = JS_GetProperty(ctx, s->handler, name);",
		"        char trap[ATOM_GET_STR_BUF_SIZE];\n        JS_ThrowTypeError(ctx, \"Cannot perform '%s' on a proxy that has been revoked\", JS_AtomGetStr(ctx, trap, sizeof(trap), name));\n        return NULL;\n    }\n    method = JS_GetProperty(ctx, s->handler, name);"},
	{"quickjs.c",
		"        JS_FreeValue(ctx, val);\n        return JS_ThrowTypeError(ctx, \"cannot convert to BigInt\");",
		"        bt_say(ctx, \"Cannot convert \", val, \" to a BigInt\");\n        JS_FreeValue(ctx, val);\n        return JS_EXCEPTION;"},
	{"quickjs.c",
		"        JS_ThrowRangeError(ctx, \"BigInt division by zero\");",
		"        JS_ThrowRangeError(ctx, \"Division by zero\");"},
	{"quickjs.c",
		"        JS_ThrowRangeError(ctx, \"BigInt negative exponent\");",
		"        JS_ThrowRangeError(ctx, \"Exponent must be non-negative\");"},
	{"quickjs.c",
		"        JS_ThrowTypeError(ctx, \"BigInt operands are forbidden for >>>\");",
		"        JS_ThrowTypeError(ctx, \"BigInts have no unsigned right shift, use >> instead\");"},
	{"quickjs.c",
		"                return js_parse_error(s, \"import.meta only valid in module code\");",
		"                return js_parse_error(s, \"Cannot use 'import.meta' outside a module\");"},
	{"quickjs.c",
		"    JS_FreeCString(ctx, str);\n    if (!re_bytecode_buf) {\n        JS_ThrowSyntaxError(ctx, \"%s\", error_msg);\n        return JS_EXCEPTION;\n    }",
		"    if (!re_bytecode_buf) {\n        bt_no_pattern(ctx, str, len, flags, (re_flags & (LRE_FLAG_UNICODE | LRE_FLAG_UNICODE_SETS)) != 0, error_msg);\n        JS_FreeCString(ctx, str);\n        return JS_EXCEPTION;\n    }\n    JS_FreeCString(ctx, str);"},
	{"quickjs.c",
		"    if (!JS_IsSymbol(argv[0]))\n        return JS_ThrowTypeError(ctx, \"not a symbol\");\n    p = ",
		"    if (!JS_IsSymbol(argv[0]))\n        return bt_say(ctx, \"\", argv[0], \" is not a symbol\");\n    p = "},
	{"quickjs.c",
		"        return JS_ThrowTypeError(ctx, \"invalid hint\");",
		"        return bt_say(ctx, \"Invalid hint: \", argv[0], \"\");"},
	{"quickjs.c",
		"    JS_DefinePropertyValueConst(ctx, obj, JS_ATOM_errors, errors,\n                               JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);\n    return obj;",
		"    JS_DefinePropertyValue(ctx, obj, JS_ATOM_message, js_new_string8(ctx, \"All promises were rejected\"), JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);\n    JS_DefinePropertyValueConst(ctx, obj, JS_ATOM_errors, errors,\n                               JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE);\n    return obj;"},
	{"quickjs.c",
		"        range_error:\n            JS_ThrowRangeError(ctx, \"invalid array length\");",
		"        range_error:\n            JS_ThrowRangeError(ctx, \"offset is out of bounds\");"},
	{"quickjs.c",
		"        value = JS_UNDEFINED;\n        if (!JS_IsObject(item)) {\n            JS_ThrowTypeErrorNotAnObject(ctx);\n            goto fail1;",
		"        value = JS_UNDEFINED;\n        if (!JS_IsObject(item)) {\n            bt_say(ctx, \"Iterator value \", item, \" is not an entry object\");\n            goto fail1;"},
	{"quickjs.c",
		"    func = argv[0];\n    array_arg = argv[1];\n    if (argc > 2) {",
		"    func = argv[0];\n    array_arg = argv[1];\n    if (!JS_IsConstructor(ctx, func))\n        return JS_ThrowTypeErrorNotAConstructor(ctx, func);\n    if (argc > 2) {"},
	// A date that is set to what is no number is none.
	{"quickjs.c",
		"    res = get_date_fields(ctx, this_val, fields, is_local, first_field == 0);\n    if (res < 0)\n        return JS_EXCEPTION;\n",
		"    res = get_date_fields(ctx, this_val, fields, is_local, first_field == 0);\n    if (res < 0)\n        return JS_EXCEPTION;\n    int valid = res;\n"},
	{"quickjs.c",
		"    if (!res)\n        return JS_NAN;\n\n    if (argc > 0)\n        d = set_date_fields(fields, is_local);",
		"    if (!valid)\n        return JS_NAN;\n\n    if (res && argc > 0)\n        d = set_date_fields(fields, is_local);"},
	// An iterable is asked for its iterator once.
	{"quickjs.c",
		"    JS_FreeValue(ctx, iterator);\n\n    enumobj = JS_GetIterator(ctx, sp[-1], false);\n",
		"    enumobj = bt_iterator_by(ctx, sp[-1], iterator);\n"},
	// A module that was evaluated once all it imports had been is waited for no more by one that
	// imports it later, and a module's promise is rejected before those of the modules that import it.
	{"quickjs.c",
		"        if (m1->async_evaluation) {\n            m->pending_async_dependencies++;",
		"        if (m1->async_evaluation && m1->status != JS_MODULE_STATUS_EVALUATED) {\n            m->pending_async_dependencies++;"},
	{"quickjs.c",
		"    module->status = JS_MODULE_STATUS_EVALUATED;\n\n    for(i = 0;",
		"    module->status = JS_MODULE_STATUS_EVALUATED;\n\n    if (!JS_IsUndefined(module->promise)) {\n        assert(module->cycle_root == module);\n        bt_explain(module, error);\n        JS_FreeValue(ctx, bt_settle(ctx, module->promise, error, true));\n    }\n    for(i = 0;"},
	{"quickjs.c",
		"    if (!JS_IsUndefined(module->promise)) {\n        JSValue ret_val;\n        assert(module->cycle_root == module);\n        ret_val = JS_Call(ctx, module->resolving_funcs[1], JS_UNDEFINED,\n                          1, &error);\n        JS_FreeValue(ctx, ret_val);\n    }\n", ""},
	{"quickjs.c",
		"    m->promise = JS_NewPromiseCapability(ctx, m->resolving_funcs);",
		"    m->promise = js_promise_new(ctx, JS_UNDEFINED, NULL);"},
	{"quickjs.c",
		"        ret_val = JS_Call(ctx, m->resolving_funcs[1], JS_UNDEFINED,\n                          1, vc(&m->eval_exception));",
		"        bt_explain(m, m->eval_exception);\n        ret_val = bt_settle(ctx, m->promise, m->eval_exception, true);"},
	{"quickjs.c",
		"            ret_val = JS_Call(ctx, m->resolving_funcs[0], JS_UNDEFINED,\n                              1, &value);",
		"            ret_val = bt_settle(ctx, m->promise, value, false);"},
	// The entry module is made without its imports, which are no part of what is
	// kept of it; see do_load in shim.c.
	{"quickjs.c",
		"        m->func_obj = fun_obj;\n        if (js_resolve_module(ctx, m) < 0)\n",
		"        m->func_obj = fun_obj;\n        if (!bt_alone && js_resolve_module(ctx, m) < 0)\n"},
	// Nor are a module's imports when its bytecode is read: that is the reader's to do, once all is there.
	{"quickjs.c",
		"            *pm = js_host_resolve_imported_module_atom(s->ctx, m->module_name,\n                                                       rme->module_name,\n                                                       rme->attributes);\n            if (!*pm)\n                goto fail;\n",
		""},
	{"quickjs.c",
		"            JSModuleDef **pm = &rme->module;\n            rme->attributes = JS_UNDEFINED;\n",
		"            rme->attributes = JS_UNDEFINED;\n"},
	{"quickjs.c",
		"                goto fail;\n        }\n        JS_PreventExtensions(ctx, obj);\n",
		"                goto fail;\n        }\n        seal_template_obj(ctx, obj);\n"},
	// A function's source is a part of that of the function around it: bytecode has one
	// text, and what is read of it shares that, so that large modules are a third as
	// large. Nothing but the host has bytecode in hand, so it needs no checksum.
	{"quickjs.c",
		"    uint8_t *pc2line_buf;\n    char *source;\n} JSFunctionBytecode;",
		"    uint8_t *pc2line_buf;\n    char *source;\n    int source_pos;\n    struct bt_text *text;\n} JSFunctionBytecode;"},
	{"quickjs.c",
		"    char *source;  /* raw source, utf-8 encoded */\n    int source_len;\n",
		"    char *source;  /* raw source, utf-8 encoded */\n    int source_len;\n    int source_pos;\n"},
	{"quickjs.c",
		"    ctor_fd->source_len = s->buf_ptr - class_start_ptr;\n",
		"    ctor_fd->source_len = s->buf_ptr - class_start_ptr;\n    ctor_fd->source_pos = class_start_ptr - s->buf_start;\n"},
	{"quickjs.c",
		"            fd->source_len = s->last_ptr - ptr;\n",
		"            fd->source_len = s->last_ptr - ptr;\n            fd->source_pos = ptr - s->buf_start;\n"},
	{"quickjs.c",
		"        fd->source_len = s->buf_ptr - ptr;\n        fd->source = js",
		"        fd->source_len = s->buf_ptr - ptr;\n        fd->source_pos = ptr - s->buf_start;\n        fd->source = js"},
	{"quickjs.c",
		"    b->source_len = fd->source_len;\n",
		"    b->source_len = fd->source_len;\n    b->source_pos = fd->source_pos;\n"},
	{"quickjs.c",
		"    js_free_rt(rt, b->source);\n",
		"    if (!b->text)\n        js_free_rt(rt, b->source);\n    else if (!--b->text->refs)\n        js_free_rt(rt, b->text);\n"},
	{"quickjs.c",
		"    bool allow_source;\n    bool allow_debug;\n",
		"    bool allow_source;\n    JSFunctionBytecode *bt_root; /* within whose source others may be */\n    bool allow_debug;\n"},
	{"quickjs.c",
		"    // write constant pool before code so code can be disassembled\n    // on the fly at read time\n    for(i = 0; i < b->cpool_count; i++) {\n        if (JS_WriteObjectRec(s, b->cpool[i]))\n            goto fail;\n    }\n",
		"    JSFunctionBytecode *root = s->bt_root;\n    if (s->allow_debug) {\n        if (!s->allow_source || !b->source || !b->source_len) {\n            bc_put_leb128(s, 0);\n        } else {\n            bc_put_leb128(s, b->source_len);\n            if (root && b->source_pos >= root->source_pos && b->source_len <= root->source_len &&\n                b->source_pos - root->source_pos <= root->source_len - b->source_len &&\n                !memcmp(root->source + (b->source_pos - root->source_pos), b->source, b->source_len)) {\n                bc_put_leb128(s, b->source_pos - root->source_pos + 1);\n            } else {\n                bc_put_leb128(s, 0);\n                dbuf_put(&s->dbuf, b->source, b->source_len);\n                s->bt_root = b;\n            }\n        }\n    }\n    for(i = 0; i < b->cpool_count; i++) {\n        if (JS_WriteObjectRec(s, b->cpool[i]))\n            goto fail;\n    }\n    s->bt_root = root;\n"},
	{"quickjs.c",
		"        if (s->allow_source && b->source) {\n            bc_put_leb128(s, b->source_len);\n            dbuf_put(&s->dbuf, b->source, b->source_len);\n        } else {\n            bc_put_leb128(s, 0);\n        }\n",
		""},
	{"quickjs.c",
		"    h = bc_csum(&d->buf[5], d->size - 5);\n",
		"    h = UINT32_MAX;\n"},
	{"quickjs.c",
		"    const uint8_t *ptr_last;\n    int level;\n} BCReaderState;",
		"    const uint8_t *ptr_last;\n    int level;\n    struct bt_text *bt_text; /* of the function around */\n} BCReaderState;"},
	{"quickjs.c",
		"    if (b->cpool_count != 0) {\n        bc_read_trace(s, \"cpool {\\n\");\n",
		"    struct bt_text *outer = s->bt_text, *text;\n    if (has_debug_info) {\n        int place;\n        if (bc_get_leb128_int(s, &b->source_len))\n            goto fail;\n        if (b->source_len && bc_get_leb128_int(s, &place))\n            goto fail;\n        if (b->source_len && place) {\n            if (!outer || place < 0 || b->source_len < 0 || b->source_len > outer->len || place - 1 > outer->len - b->source_len) {\n                bc_read_error_end(s);\n                goto fail;\n            }\n            outer->refs++;\n            b->text = outer;\n            b->source = outer->data + place - 1;\n        } else if (b->source_len) {\n            text = js_malloc(ctx, sizeof(*text) + b->source_len);\n            if (!text)\n                goto fail;\n            text->refs = 1;\n            text->len = b->source_len;\n            b->text = text;\n            b->source = text->data;\n            if (bc_get_buf(s, text->data, text->len))\n                goto fail;\n            s->bt_text = text;\n        }\n    }\n    if (b->cpool_count != 0) {\n        bc_read_trace(s, \"cpool {\\n\");\n"},
	{"quickjs.c",
		"        bc_read_trace(s, \"}\\n\");\n    }\n    {\n        bc_read_trace(s, \"bytecode {\\n\");\n",
		"        bc_read_trace(s, \"}\\n\");\n    }\n    s->bt_text = outer;\n    {\n        bc_read_trace(s, \"bytecode {\\n\");\n"},
	{"quickjs.c",
		"    if (bc_get_leb128_int(s, &b->source_len))\n        goto fail;\n    if (b->source_len) {\n        bc_read_trace(s, \"source: %d bytes\\n\", b->source_len);\n        if (s->ptr_last)\n            s->ptr_last += b->source_len;  // omit source code hex dump\n        /* b->source is a UTF-8 encoded null terminated C string */\n        b->source = js_mallocz(ctx, b->source_len + 1);\n        if (!b->source)\n            goto fail;\n        if (bc_get_buf(s, b->source, b->source_len))\n            goto fail;\n    }\n",
		""},
	{"quickjs.c",
		"    obj = js_dup(JS_MKPTR(JS_TAG_MODULE, m));\n    if (bc_get_leb128_int(s, &m->req_module_entries_count))",
		"    if (bc_get_leb128_int(s, &m->req_module_entries_count))"},
	// A specifier with a NUL would be cut there.
	{"quickjs.c",
		"    filename = JS_ToCString(ctx, specifier);",
		"    filename = bt_specifier(ctx, specifier);"},
	{"quickjs.c",
		"    cname = JS_AtomToCString(ctx, module_name1);",
		"    JSValue cval = JS_AtomToString(ctx, module_name1);\n    cname = JS_IsException(cval) ? NULL : bt_specifier(ctx, cval);\n    JS_FreeValue(ctx, cval);"},
	// A CommonJS module may export names that nobody knows before it runs.
	{"quickjs.c",
		"    ret = js_resolve_export1(ctx, pmodule, pme, m, export_name, s);\n",
		"    ret = js_resolve_export1(ctx, pmodule, pme, m, export_name, s);\n    if (ret == JS_RESOLVE_RES_NOT_FOUND) {\n        *pme = bt_open_export(pmodule, m, export_name);\n        if (*pme)\n            ret = JS_RESOLVE_RES_FOUND;\n        else if (JS_HasException(ctx))\n            ret = JS_RESOLVE_RES_EXCEPTION;\n    }\n"},
	{"quickjs.c",
		"        if (from_star && me->export_name == JS_ATOM_default)\n            continue;\n        j = find_exported_name",
		"        if (me->export_name == JS_ATOM_default ? from_star : bt_yet_unknown(m))\n            continue;\n        j = find_exported_name"},
	// A module that runs may require another one that imports it.
	{"quickjs.c",
		"    if (m->status == JS_MODULE_STATUS_LINKING ||\n        m->status == JS_MODULE_STATUS_LINKED ||\n        m->status == JS_MODULE_STATUS_EVALUATING_ASYNC ||\n        m->status == JS_MODULE_STATUS_EVALUATED)\n        return index;",
		"    if (m->status >= JS_MODULE_STATUS_LINKING)\n        return index;"},
	// What is said of a name that a module does not export is Node's or Bun's.
	{"quickjs.c",
		"                js_resolve_export_throw_error(ctx, ret, m1, me->local_name);\n",
		"                if (ret == JS_RESOLVE_RES_NOT_FOUND)\n                    bt_no_export(m, me->u.req_module_idx, m1, me->local_name);\n                else\n                    js_resolve_export_throw_error(ctx, ret, m1, me->local_name);\n"},
	{"quickjs.c",
		"                    js_resolve_export_throw_error(ctx, ret, m1, mi->import_name);\n",
		"                    if (ret == JS_RESOLVE_RES_NOT_FOUND)\n                        bt_no_export(m, mi->req_module_idx, m1, mi->import_name);\n                    else\n                        js_resolve_export_throw_error(ctx, ret, m1, mi->import_name);\n"},
	// What could not be resolved is kept, and resolved again when it is next asked
	// for: others may point to it. Half resolved it must not be linked.
	{"quickjs.c",
		"        if (flag == JS_FREE_MODULE_ALL ||\n            (flag == JS_FREE_MODULE_NOT_RESOLVED && !m->resolved)) {\n            js_free_module_def(ctx, m);\n        }",
		"        if (flag == JS_FREE_MODULE_ALL)\n            js_free_module_def(ctx, m);\n        else if (m->status == JS_MODULE_STATUS_UNLINKED)\n            m->resolved = false;"},
	// Messages of V8.
	{"quickjs.c", `"%s is not initialized"`, `"Cannot access '%s' before initialization"`},
	{"quickjs.c",
		"        if (!JS_IsObject(options)) {\n            JS_ThrowTypeError(ctx, \"options must be an object\");\n            goto exception;",
		"        if (!JS_IsObject(options)) {\n            JS_ThrowTypeError(ctx, \"The second argument to import() must be an object\");\n            goto exception;"},
	{"quickjs.c", `"options.with must be an object"`, `"The 'assert' option must be an object"`},
	{"quickjs.c", `"module attribute values must be strings"`, `"Import assertion value must be a string"`},
	// Variables that are surely initialised are used without a check (known.c).
	{"quickjs.c",
		"/* peephole optimizations and resolve goto/labels */\nstatic __exception int resolve_labels(",
		"#include \"known.c\"\n\n/* peephole optimizations and resolve goto/labels */\nstatic __exception int resolve_labels("},
	{"quickjs.c",
		"    JumpSlot *jp;\n\n    label_slots = s->label_slots;\n",
		"    JumpSlot *jp;\n\n    bt_known_vars(ctx->rt, s);\n    label_slots = s->label_slots;\n"},
	// What cannot be called, made, iterated or destructured is named, in V8's words (words.c).
	{"quickjs.c",
		"    js_free(ctx, s->pc_stack);\n    js_free(ctx, s->catch_pos_tab);\n    js_free(ctx, s->stack_level_tab);\n    *pstack_size = s->stack_len_max;\n",
		"    js_free(ctx, s->pc_stack);\n    js_free(ctx, s->catch_pos_tab);\n    if (bt_levels)\n        *bt_levels = s->stack_level_tab;\n    else\n        js_free(ctx, s->stack_level_tab);\n    *pstack_size = s->stack_len_max;\n"},
	{"quickjs.c",
		"            return JS_ThrowTypeErrorNotAFunction(caller_ctx);",
		"            return bt_not_function(caller_ctx, func_obj);"},
	{"quickjs.c",
		"        not_a_function:\n            return JS_ThrowTypeErrorNotAFunction(ctx);",
		"        not_a_function:\n            return bt_not_constructor(ctx, func_obj);"},
	{"quickjs.c",
		"    JS_ThrowTypeErrorNotAFunction(ctx);\n    return -1;\n}",
		"    bt_not_function(ctx, obj);\n    return -1;\n}"},
	{"quickjs.c",
		"    JSObject *p;\n    JSAtom name;\n\n    if (JS_TAG_OBJECT != JS_VALUE_GET_TAG(func_obj))\n        goto fini;\n    p = JS_VALUE_GET_OBJ(func_obj);\n    if (!js_class_has_bytecode(p->class_id))\n        goto fini;\n    name = p->u.func.function_bytecode->func_name;\n    if (name == JS_ATOM_NULL)\n        goto fini;\n    return JS_ThrowTypeErrorAtom(ctx, \"%s is not a constructor\", name);\nfini:\n    return JS_ThrowTypeError(ctx, \"not a constructor\");\n",
		"    return bt_not_constructor(ctx, func_obj);\n"},
	{"quickjs.c",
		"    JSValue method, ret, sync_iter;\n\n    if (is_async) {",
		"    JSValue method, ret, sync_iter;\n\n    if (JS_IsUndefined(obj) || JS_IsNull(obj))\n        return bt_not_iterable(ctx, obj, is_async);\n    if (is_async) {"},
	{"quickjs.c",
		"                return method;\n            sync_iter = JS_GetIterator2(ctx, obj, method);",
		"                return method;\n            if (!JS_IsFunction(ctx, method)) {\n                JS_FreeValue(ctx, method);\n                return bt_not_iterable(ctx, obj, true);\n            }\n            sync_iter = JS_GetIterator2(ctx, obj, method);"},
	{"quickjs.c",
		"        return JS_ThrowTypeError(ctx, \"value is not iterable\");",
		"        return bt_not_iterable(ctx, obj, is_async);"},
	{"quickjs.c",
		"    iterator = JS_GetProperty(ctx, sp[-1], JS_ATOM_Symbol_iterator);\n",
		"    if (JS_IsUndefined(sp[-1]) || JS_IsNull(sp[-1])) {\n        bt_not_iterable(ctx, sp[-1], false);\n        return -1;\n    }\n    iterator = JS_GetProperty(ctx, sp[-1], JS_ATOM_Symbol_iterator);\n"},
	{"quickjs.c",
		"                sf->cur_pc = pc;\n                ret_val = JS_ToObject(ctx, sp[-1]);\n",
		"                sf->cur_pc = pc;\n                if (JS_IsUndefined(sp[-1]) || JS_IsNull(sp[-1]))\n                    ret_val = bt_no_object(ctx, sp[-1]);\n                else\n                    ret_val = JS_ToObject(ctx, sp[-1]);\n"},
	{"quickjs.c",
		"                JS_ThrowTypeError(ctx, \"parent class must be constructor\");",
		"                bt_say(ctx, \"Class extends value \", parent_class, \" is not a constructor or null\");"},
	{"quickjs.c",
		"                JS_ThrowTypeError(ctx, \"parent prototype must be an object or null\");",
		"                bt_say(ctx, \"Class extends value does not have valid prototype property \", parent_proto, \"\");"},
	{"quickjs.c",
		"                if (!JS_IsObject(item)) {\n                    JS_ThrowTypeErrorNotAnObject(ctx);\n                    goto fail1;",
		"                if (!JS_IsObject(item)) {\n                    bt_say(ctx, \"Iterator value \", item, \" is not an entry object\");\n                    goto fail1;"},
	{"quickjs.c",
		"    enum_obj = JS_Call(ctx, method, obj, 0, NULL);\n    if (JS_IsException(enum_obj))\n        return enum_obj;\n    if (!JS_IsObject(enum_obj)) {\n        JS_FreeValue(ctx, enum_obj);\n        return JS_ThrowTypeErrorNotAnObject(ctx);",
		"    enum_obj = JS_Call(ctx, method, obj, 0, NULL);\n    if (JS_IsException(enum_obj))\n        return enum_obj;\n    if (!JS_IsObject(enum_obj)) {\n        JS_FreeValue(ctx, enum_obj);\n        return JS_ThrowTypeError(ctx, \"Result of the Symbol.iterator method is not an object\");"},
	{"quickjs.c",
		"        JS_ThrowTypeError(ctx, \"invalid 'in' operand\");\n        return -1;\n    }\n    atom = JS_ValueToAtom(ctx, op1);",
		"        atom = JS_ValueToAtom(ctx, op1);\n        if (atom == JS_ATOM_NULL)\n            return -1;\n        bt_say_prop(ctx, JS_PROP_THROW, \"Cannot use 'in' operator to search for '\", atom, \"' in \", op2, \"\");\n        JS_FreeAtom(ctx, atom);\n        return -1;\n    }\n    atom = JS_ValueToAtom(ctx, op1);"},
	{"quickjs.c",
		"        JS_ThrowTypeError(ctx, \"invalid 'instanceof' right operand\");",
		"        JS_ThrowTypeError(ctx, JS_IsObject(obj) ? \"Right-hand side of 'instanceof' is not callable\" : \"Right-hand side of 'instanceof' is not an object\");"},
	{"quickjs.c",
		"            JS_ThrowTypeError(ctx, \"operand 'prototype' property is not an object\");",
		"            bt_say(ctx, \"Function has non-object prototype '\", obj_proto, \"' in instanceof check\");"},
	{"quickjs.c",
		"            return JS_ThrowTypeError(ctx, \"cannot convert BigInt to number\");",
		"            return bt_no_bigint(ctx);"},
	{"quickjs.c",
		"                    val = JS_ThrowRangeError(ctx, \"cannot convert to BigInt: not an integer\");",
		"                    val = bt_say_range(ctx, \"The number \", val, \" cannot be converted to a BigInt because it is not an integer\");"},
	{"quickjs.c",
		"    val = JS_StringToBigInt(ctx, val);\n    if (JS_VALUE_IS_NAN(val))\n        return JS_ThrowSyntaxError(ctx, \"invalid BigInt literal\");\n    return val;",
		"    JSValue text = js_dup(val);\n    val = JS_StringToBigInt(ctx, val);\n    if (JS_VALUE_IS_NAN(val))\n        return bt_no_bigint_text(ctx, text);\n    JS_FreeValue(ctx, text);\n    return val;"},
	{"quickjs.c",
		"                JS_ThrowTypeError(ctx, \"empty array\");",
		"                JS_ThrowTypeError(ctx, \"Reduce of empty array with no initial value\");"},
	{"quickjs.c",
		"        if (check_function(ctx, asc.method))\n",
		"        if (!JS_IsFunction(ctx, asc.method) && (JS_ThrowTypeError(ctx, \"The comparison function must be either a function or undefined\"), true))\n"},
	{"quickjs.c",
		"    executor = argv[0];\n    if (check_function(ctx, executor))\n        return JS_EXCEPTION;",
		"    executor = argv[0];\n    if (!JS_IsFunction(ctx, executor))\n        return bt_say(ctx, \"Promise resolver \", executor, \" is not a function\");"},
	{"quickjs.c",
		"    bool is_reject = magic;\n\n    if (!JS_IsObject(this_val))\n        return JS_ThrowTypeErrorNotAnObject(ctx);",
		"    bool is_reject = magic;\n\n    if (!JS_IsObject(this_val))\n        return JS_ThrowTypeError(ctx, \"PromiseResolve called on non-object\");"},
	{"quickjs.c",
		"        JS_ThrowTypeErrorInvalidClass(ctx, class_id);\n    }\n    return p;",
		"        bt_wrong_class(ctx, obj, ctx->rt->class_array[class_id].class_name);\n    }\n    return p;"},
	{"quickjs.c",
		"        return JS_ThrowTypeError(ctx, \"invalid value used as %s key\", is_set ? \"WeakSet\" : \"WeakMap\");",
		"        return JS_ThrowTypeError(ctx, is_set ? \"Invalid value used in weak set\" : \"Invalid value used as weak map key\");"},
	{"quickjs.c",
		"        return JS_ThrowTypeError(ctx, \"invalid value used as WeakMap key\");",
		"        return JS_ThrowTypeError(ctx, \"Invalid value used as weak map key\");"},
	{"quickjs.c",
		"    return JS_ThrowTypeError(ctx, \"not a symbol\");\n}\n\nstatic JSValue js_symbol_toString(",
		"    return JS_ThrowTypeError(ctx, \"Symbol.prototype.toString requires that 'this' be a Symbol\");\n}\n\nstatic JSValue js_symbol_toString("},
	{"quickjs.c",
		"        JS_ThrowTypeError(ctx, \"not a object\");",
		"        JS_ThrowTypeError(ctx, \"CreateListFromArrayLike called on non-object\");"},
	{"quickjs.c",
		"        JS_ThrowRangeError(ctx, \"invalid repeat count\");",
		"        bt_say_range(ctx, \"Invalid count value: \", argv[0], \"\");"},
	{"quickjs.c",
		"    if (p < 1 || p > 100)\n        return JS_ThrowRangeError(ctx, \"invalid number of digits\");",
		"    if (p < 1 || p > 100)\n        return JS_ThrowRangeError(ctx, \"toPrecision() argument must be between 1 and 100\");"},
	{"quickjs.c",
		"            return JS_ThrowRangeError(ctx, \"invalid number of digits\");\n        f++;",
		"            return JS_ThrowRangeError(ctx, \"toExponential() argument must be between 0 and 100\");\n        f++;"},
	{"quickjs.c",
		"            JS_ThrowRangeError(ctx, \"bad normalization form\");",
		"            JS_ThrowRangeError(ctx, \"The normalization form should be one of NFC, NFD, NFKC, NFKD.\");"},
	{"quickjs.c",
		"            return JS_ThrowRangeError(ctx, \"Date value is NaN\");",
		"            return JS_ThrowRangeError(ctx, \"Invalid time value\");"},
	{"quickjs.c",
		"    JS_ThrowRangeError(ctx, \"invalid code point\");",
		"    bt_say_range(ctx, \"Invalid code point \", argv[i], \"\");"},
	{"quickjs.c",
		"            JS_ThrowTypeError(ctx, \"regexp not supported\");",
		"            JS_ThrowTypeError(ctx, \"First argument to String.prototype.%s must not be a regular expression\", magic == 0 ? \"includes\" : magic == 1 ? \"startsWith\" : \"endsWith\");"},
	{"quickjs.c",
		"            JS_ThrowTypeError(ctx, \"regexp must have the 'g' flag\");",
		"            JS_ThrowTypeError(ctx, JS_VALUE_GET_OBJ(ctx->rt->current_stack_frame->cur_func)->u.cfunc.magic == JS_ATOM_Symbol_matchAll ? \"String.prototype.matchAll called with a non-global RegExp argument\" : \"String.prototype.replaceAll called with a non-global RegExp argument\");"},
	{"quickjs.c",
		"\"'this' can be initialized only once\"",
		"\"Super constructor may only be called once\""},
	{"quickjs.c",
		"\"derived class constructor must return an object or undefined\"",
		"\"Derived constructors may only return object or undefined\""},
	{"quickjs.c",
		"                JS_ThrowTypeError(ctx, \"class constructors must be invoked with 'new'\");",
		"                bt_without_new(ctx, sf->cur_func, true);"},
	{"quickjs.c",
		"                ret_val = JS_ThrowTypeError(ctx, \"must be called with new\");",
		"                ret_val = bt_without_new(ctx, func_obj, false);"},
	{"quickjs.c",
		"    return JS_ThrowTypeErrorAtom(ctx, \"private class field '%s' does not exist\",\n                                 atom);",
		"    return JS_ThrowTypeErrorAtom(ctx, \"Cannot read private member %s from an object whose class did not declare it\",\n                                 atom);"},
	{"quickjs.c",
		"    char buf[ATOM_GET_STR_BUF_SIZE];\n    return JS_ThrowReferenceError(ctx, \"Cannot access '%s' before initialization\",",
		"    char buf[ATOM_GET_STR_BUF_SIZE];\n    if (name == JS_ATOM_this)\n        return JS_ThrowReferenceError(ctx, \"Must call super constructor in derived class before accessing 'this' or returning from derived constructor\");\n    return JS_ThrowReferenceError(ctx, \"Cannot access '%s' before initialization\","},
	{"quickjs.c",
		"            JS_VALUE_GET_TAG(val) == JS_TAG_UNDEFINED)\n            return JS_ThrowTypeErrorNotAnObject(ctx);",
		"            JS_VALUE_GET_TAG(val) == JS_TAG_UNDEFINED)\n            return magic ? JS_ThrowTypeErrorNotAnObject(ctx) : JS_ThrowTypeError(ctx, \"Cannot convert undefined or null to object\");"},
	{"quickjs.c",
		"    JSValueConst obj = argv[0];\n    if (JS_SetPrototypeInternal(ctx, obj, argv[1], true) < 0)",
		"    JSValueConst obj = argv[0];\n    if (JS_IsUndefined(obj) || JS_IsNull(obj))\n        return JS_ThrowTypeError(ctx, \"Object.setPrototypeOf called on null or undefined\");\n    if (!JS_IsObject(argv[1]) && !JS_IsNull(argv[1]))\n        return bt_say(ctx, \"Object prototype may only be an Object or null: \", argv[1], \"\");\n    if (JS_SetPrototypeInternal(ctx, obj, argv[1], true) < 0)"},
	{"quickjs.c",
		"        return JS_ThrowTypeError(ctx, \"object prototype may only be an Object or null\");",
		"        return bt_say(ctx, \"Object prototype may only be an Object or null: \", proto, \"\");"},
	{"quickjs.c",
		"    desc = argv[2];\n\n    if (JS_VALUE_GET_TAG(obj) != JS_TAG_OBJECT)\n        return JS_ThrowTypeErrorNotAnObject(ctx);",
		"    desc = argv[2];\n\n    if (JS_VALUE_GET_TAG(obj) != JS_TAG_OBJECT)\n        return JS_ThrowTypeError(ctx, magic ? \"Reflect.defineProperty called on non-object\" : \"Object.defineProperty called on non-object\");"},
	{"quickjs.c",
		"        JS_ThrowTypeError(ctx, \"Property description must be an object\");",
		"        bt_say(ctx, \"Property description must be an object: \", desc, \"\");"},
	{"quickjs.c",
		"            JS_ThrowTypeError(ctx, \"Getter must be a function\");",
		"            bt_say(ctx, \"Getter must be a function: \", getter, \"\");"},
	{"quickjs.c",
		"            JS_ThrowTypeError(ctx, \"Setter must be a function\");",
		"            bt_say(ctx, \"Setter must be a function: \", setter, \"\");"},
	{"quickjs.c",
		"        JS_ThrowTypeError(ctx, \"Invalid property descriptor. Cannot both specify accessors and a value or writable attribute\");",
		"        bt_say(ctx, \"Invalid property descriptor. Cannot both specify accessors and a value or writable attribute, \", desc, \"\");"},
	{"quickjs.c",
		"    not_extensible:\n        return JS_ThrowTypeErrorOrFalse(ctx, flags, \"object is not extensible\");",
		"    not_extensible:\n        return bt_say_prop(ctx, flags, \"Cannot define property \", prop, \", object is not extensible\", JS_UNDEFINED, NULL);"},
	{"quickjs.c",
		"        not_configurable:\n            return JS_ThrowTypeErrorOrFalse(ctx, flags, \"property is not configurable\");",
		"        not_configurable:\n            return bt_say_prop(ctx, flags, \"Cannot redefine property: \", prop, \"\", JS_UNDEFINED, NULL);"},
	{"quickjs.c",
		"        JS_ThrowTypeError(ctx, \"could not delete property\");\n        return -1;",
		"        return bt_say_prop(ctx, JS_PROP_THROW, \"Cannot delete property '\", prop, \"' of \", obj, \"\");"},
	{"quickjs.c",
		"        ret = JS_ThrowTypeErrorOrFalse(ctx, flags, \"not an object\");\n        goto done;",
		"        ret = bt_no_property(ctx, flags, prop, this_obj);\n        goto done;"},
	{"quickjs.c",
		"        read_only_prop:\n            ret = JS_ThrowTypeErrorReadOnly(ctx, flags, prop);",
		"        read_only_prop:\n            ret = bt_read_only(ctx, flags, prop, this_obj);"},
	{"quickjs.c",
		"                    JS_ThrowTypeErrorReadOnly(ctx, JS_PROP_THROW, atom);",
		"                    JS_ThrowTypeError(ctx, \"Assignment to constant variable.\");"},
	{"quickjs.c",
		"/* set the array length and remove the array elements if necessary. */\n",
		"static int bt_call_setter(JSContext *ctx, JSObject *setter, JSObject *holder, JSValueConst this_obj, JSAtom prop, JSValue val, int flags)\n{\n    if (setter)\n        return call_setter(ctx, setter, this_obj, val, flags);\n    JS_FreeValue(ctx, val);\n    return bt_say_prop(ctx, flags, \"Cannot set property \", prop, \" of \", JS_MKPTR(JS_TAG_OBJECT, holder), \" which has only a getter\");\n}\n\n/* set the array length and remove the array elements if necessary. */\n"},
	{"quickjs.c",
		"static JSValue JS_ThrowTypeErrorAtom(JSContext *ctx, const char *fmt, JSAtom atom)\n{\n    char buf[ATOM_GET_STR_BUF_SIZE];\n    JS_AtomGetStr(ctx, buf, sizeof(buf), atom);",
		"static no_inline JSValue JS_ThrowTypeErrorAtom(JSContext *ctx, const char *fmt, JSAtom atom)\n{\n    char buf[ATOM_GET_STR_BUF_SIZE], name[ATOM_GET_STR_BUF_SIZE - 8];\n    if (JS_AtomSymbolHasDescription(ctx, atom))\n        snprintf(buf, sizeof(buf), \"Symbol(%s)\", JS_AtomGetStr(ctx, name, sizeof(name), atom));\n    else\n        JS_AtomGetStr(ctx, buf, sizeof(buf), atom);"},
	{"quickjs.c",
		"    iterable = argv[0];\n\n    obj = JS_NewObject(ctx);",
		"    iterable = argv[0];\n    if (JS_IsUndefined(iterable) || JS_IsNull(iterable))\n        return JS_ThrowTypeError(ctx, \"undefined is not iterable\");\n\n    obj = JS_NewObject(ctx);"},
	{"quickjs.c",
		"    if (!JS_IsUndefined(iter)) {\n        JS_FreeValue(ctx, iter);\n        if (JS_IsConstructor(ctx, this_val))\n            r = JS_CallConstructor(ctx, this_val, 0, NULL);\n        else\n            r = JS_NewArray(ctx);\n        if (JS_IsException(r))\n            goto exception;\n        stack[0] = js_dup(items);\n        if (js_for_of_start(ctx, &stack[1], false))\n            goto exception;\n",
		"    if (!JS_IsUndefined(iter) && !JS_IsNull(iter)) {\n        if (!JS_IsFunction(ctx, iter)) {\n            JS_FreeValue(ctx, iter);\n            JS_ThrowTypeError(ctx, \"%%Array%%.from requires that the property of the first argument, items[Symbol.iterator], when exists, be a function\");\n            goto exception;\n        }\n        if (JS_IsConstructor(ctx, this_val))\n            r = JS_CallConstructor(ctx, this_val, 0, NULL);\n        else\n            r = JS_NewArray(ctx);\n        if (JS_IsException(r)) {\n            JS_FreeValue(ctx, iter);\n            goto exception;\n        }\n        stack[0] = js_dup(items);\n        if (bt_begin(ctx, &stack[1], iter))\n            goto exception;\n"},
	{"quickjs.c",
		"    p = JS_VALUE_GET_OBJ(obj1);\n    res = delete_property(ctx, p, prop);",
		"    p = JS_VALUE_GET_OBJ(obj1);\n    res = delete_property(ctx, p, prop);\n    if (prop == JS_ATOM_stack && res > 0 && p->class_id == JS_CLASS_ERROR) {\n        /* an error without a stack */\n        JS_FreeValue(ctx, p->u.object_data);\n        p->u.object_data = JS_UNINITIALIZED;\n    }"},
	{"quickjs.c",
		"        return JS_ThrowTypeErrorNotAnObject(ctx);\n    build_backtrace(ctx, v, argv[1], NULL, 0, 0, JS_BACKTRACE",
		"        return JS_ThrowTypeErrorNotAnObject(ctx);\n    if (bt_node && !JS_VALUE_GET_OBJ(v)->extensible)\n        return JS_ThrowTypeError(ctx, \"Cannot define property stack, object is not extensible\");\n    build_backtrace(ctx, v, argv[1], NULL, 0, 0, JS_BACKTRACE"},
	// In Node an error's stack is the first of its own properties, for those who ask.
	{"quickjs.c",
		"    if (JS_GetOwnPropertyNamesInternal(ctx, &atoms, &len, p, flags & ~JS_GPN_ENUM_ONLY))\n        goto exception;\n",
		"    if (JS_GetOwnPropertyNamesInternal(ctx, &atoms, &len, p, flags & ~JS_GPN_ENUM_ONLY))\n        goto exception;\n    if (!(flags & JS_GPN_ENUM_ONLY) && (flags & JS_GPN_STRING_MASK) && bt_stack_first(ctx, p, &atoms, &len))\n        goto exception;\n"},
	{"quickjs.c",
		"    p = JS_VALUE_GET_OBJ(obj);\n    if (JS_GetOwnPropertyNamesInternal(ctx, &props, &len, p,\n",
		"    p = JS_VALUE_GET_OBJ(obj);\n    props = NULL;\n    len = 0;\n    if (bt_settle_stack(ctx, p, JS_ATOM_stack) || JS_GetOwnPropertyNamesInternal(ctx, &props, &len, p,\n"},
	{"quickjs.c",
		"        res = JS_GetOwnPropertyInternal(ctx, &desc, JS_VALUE_GET_OBJ(obj), atom);\n",
		"        res = bt_settle_stack(ctx, JS_VALUE_GET_OBJ(obj), atom) ? -1 : JS_GetOwnPropertyInternal(ctx, &desc, JS_VALUE_GET_OBJ(obj), atom);\n"},
	{"quickjs.c",
		"    ret = JS_DefinePropertyDesc(ctx, obj, atom, desc, flags);\n    JS_FreeAtom(ctx, atom);\n",
		"    ret = bt_settle_stack(ctx, JS_VALUE_GET_OBJ(obj), atom) ? -1 : JS_DefinePropertyDesc(ctx, obj, atom, desc, flags);\n    JS_FreeAtom(ctx, atom);\n"},
	{"quickjs.c",
		"    if (p->class_id != JS_CLASS_ERROR)\n        return JS_UNDEFINED;\n    return js_dup(p->u.object_data);",
		"    if (p->class_id != JS_CLASS_ERROR)\n        return bt_inherited_stack(ctx, p);\n    return bt_own_stack(ctx, p);"},
	{"quickjs.c",
		"    if (JS_VALUE_GET_TAG(target) != JS_TAG_OBJECT ||\n        JS_VALUE_GET_TAG(handler) != JS_TAG_OBJECT) {\n        return JS_ThrowTypeErrorNotAnObject(ctx);",
		"    if (JS_VALUE_GET_TAG(target) != JS_TAG_OBJECT ||\n        JS_VALUE_GET_TAG(handler) != JS_TAG_OBJECT) {\n        return JS_ThrowTypeError(ctx, \"Cannot create proxy with a non-object as target or handler\");"},
	{"quickjs.c",
		"    if (f < 0 || f > 100)\n        return JS_ThrowRangeError(ctx, \"invalid number of digits\");\n    if (fabs(d)",
		"    if (f < 0 || f > 100)\n        return JS_ThrowRangeError(ctx, \"toFixed() digits argument must be between 0 and 100\");\n    if (fabs(d)"},
	{"quickjs.c",
		"    *plen = 0;\n    arr = JS_NewArray(ctx);\n",
		"    *plen = 0;\n    if (!JS_IsFunction(ctx, method))\n        return JS_ThrowTypeError(ctx, \"TypedArray's constructor requires that the property of the first argument, items[Symbol.iterator], when exists, be a function\");\n    arr = JS_NewArray(ctx);\n"},
	{"quickjs.c",
		"    if (!s)\n        return JS_EXCEPTION;\n    func = argv[0];\n    if (argc > 1)\n        this_arg = argv[1];\n    else\n        this_arg = JS_UNDEFINED;\n    if (check_function(ctx, func))\n        return JS_EXCEPTION;",
		"    if (!s)\n        return JS_EXCEPTION;\n    func = argv[0];\n    if (argc > 1)\n        this_arg = argv[1];\n    else\n        this_arg = JS_UNDEFINED;\n    if (!JS_IsFunction(ctx, func))\n        return bt_no_callback(ctx, func);"},
	// for await closes its iterator, and waits for it, before an error of its body goes on; what next() itself
	// throws closes nothing.
	{"quickjs.c",
		"    int pos_next, pos_expr;\n    BlockEnv break_entry;\n",
		"    int pos_next, pos_expr, label_catch = -1, in_next = -1, iter_idx = -1;\n    BlockEnv break_entry;\n"},
	{"quickjs.c",
		"        if (is_async)\n            emit_op(s, OP_for_await_of_start);\n        else\n            emit_op(s, OP_for_of_start);\n        /* on stack: enum_rec */",
		"        if (is_async) {\n            in_next = add_var(ctx, fd, JS_ATOM_NULL);\n            iter_idx = add_var(ctx, fd, JS_ATOM_NULL);\n            label_catch = new_label(s);\n            if (in_next < 0 || iter_idx < 0 || label_catch < 0)\n                return -1;\n            emit_op(s, OP_for_await_of_start);\n            emit_op(s, OP_drop);\n            emit_goto(s, OP_catch, label_catch);\n        } else\n            emit_op(s, OP_for_of_start);\n        /* on stack: enum_rec */"},
	{"quickjs.c",
		"            /* stack: iter_obj next catch_offset */\n            emit_op(s, OP_dup3);\n",
		"            /* stack: iter_obj next catch_offset */\n            bt_put_loc(s, OP_push_true, in_next);\n            emit_op(s, OP_dup3);\n"},
	{"quickjs.c",
		"            emit_op(s, OP_iterator_get_value_done);\n",
		"            emit_op(s, OP_iterator_get_value_done);\n            bt_put_loc(s, OP_push_false, in_next);\n"},
	{"quickjs.c",
		"        emit_iterator_close(s, is_async, false);\n    } else {\n        emit_op(s, OP_drop);\n    }\n    pop_break_entry(s->cur_func);\n    pop_scope(s);\n    return 0;\n",
		"        emit_iterator_close(s, is_async, false);\n    } else {\n        emit_op(s, OP_drop);\n    }\n    pop_break_entry(s->cur_func);\n    if (is_async)\n        bt_close_await(s, label_catch, in_next, iter_idx);\n    pop_scope(s);\n    return 0;\n"},
	{"quickjs.c",
		"/* XXX: handle IteratorClose when exiting the loop before the\n   enumeration is done */\n",
		`/* Puts what op pushes in a variable of the engine's own. */
static void bt_put_loc(JSParseState *s, int op, int idx)
{
    if (op != OP_nop)
        emit_op(s, op);
    emit_op(s, OP_put_loc);
    emit_u16(s, idx);
}

static void bt_get_loc(JSParseState *s, int idx)
{
    emit_op(s, OP_get_loc);
    emit_u16(s, idx);
}

/* What happens to an error in for await: unless next() threw it, return() is called and waited for. What that
   throws is forgotten. */
static void bt_close_await(JSParseState *s, int label_catch, int error_idx, int iter_idx)
{
    int label_end, label_throw, label_none, label_ignore;

    label_end = emit_goto(s, OP_goto, -1);
    emit_label(s, label_catch);
    /* iter_obj next error */
    bt_get_loc(s, error_idx); /* which says first whether it was in next() */
    label_throw = emit_goto(s, OP_if_true, -1);
    bt_put_loc(s, OP_nop, error_idx);
    emit_op(s, OP_drop);
    bt_put_loc(s, OP_nop, iter_idx);
    label_ignore = emit_goto(s, OP_catch, -1);
    bt_get_loc(s, iter_idx);
    emit_op(s, OP_get_field2);
    emit_atom(s, JS_ATOM_return);
    emit_op(s, OP_dup);
    emit_op(s, OP_is_undefined_or_null);
    label_none = emit_goto(s, OP_if_true, -1);
    emit_op(s, OP_call_method);
    emit_u16(s, 0);
    emit_op(s, OP_await);
    emit_op(s, OP_undefined);
    emit_label(s, label_none);
    emit_op(s, OP_drop);
    emit_op(s, OP_drop);
    emit_op(s, OP_drop); /* the catch offset */
    emit_op(s, OP_undefined);
    emit_label(s, label_ignore);
    emit_op(s, OP_drop);
    bt_put_loc(s, OP_undefined, iter_idx);
    bt_get_loc(s, error_idx);
    bt_put_loc(s, OP_undefined, error_idx);
    emit_op(s, OP_throw);
    emit_label(s, label_throw);
    emit_op(s, OP_throw);
    emit_label(s, label_end);
}

`},
	// What wraps a synchronous iterator for for await and yield* closes it when a promise that it gave is rejected.
	{"quickjs.c",
		"static JSValue js_async_from_sync_iterator_unwrap_func_create(JSContext *ctx,\n",
		"static JSValue js_async_from_sync_iterator_close(JSContext *ctx, JSValueConst this_val, int argc, JSValueConst *argv,\n                                                 int magic, JSValueConst *func_data)\n{\n    JS_Throw(ctx, js_dup(argv[0]));\n    JS_IteratorClose(ctx, func_data[0], true);\n    return JS_EXCEPTION;\n}\n\nstatic JSValue js_async_from_sync_iterator_unwrap_func_create(JSContext *ctx,\n"},
	{"quickjs.c",
		"        if (JS_IsException(value_wrapper_promise)) {\n            JS_FreeValue(ctx, value);\n            goto reject;\n        }\n",
		"        if (JS_IsException(value_wrapper_promise)) {\n            JS_FreeValue(ctx, value);\n            if (!done && magic != GEN_MAGIC_RETURN)\n                JS_IteratorClose(ctx, s->sync_iter, true);\n            goto reject;\n        }\n"},
	{"quickjs.c",
		"        JS_FreeValue(ctx, value);\n        resolve_reject[1] = JS_UNDEFINED;\n",
		"        resolve_reject[1] = JS_UNDEFINED;\n        if (!done && magic != GEN_MAGIC_RETURN) {\n            resolve_reject[1] = JS_NewCFunctionData(ctx, js_async_from_sync_iterator_close, 1, 0, 1, vc(&s->sync_iter));\n            if (JS_IsException(resolve_reject[1])) {\n                JS_FreeValue(ctx, resolve_reject[0]);\n                JS_FreeValue(ctx, value_wrapper_promise);\n                goto fail;\n            }\n        }\n        JS_FreeValue(ctx, value);\n"},
	{"quickjs.c",
		"        JS_FreeValue(ctx, resolve_reject[0]);\n        JS_FreeValue(ctx, value_wrapper_promise);\n        JS_FreeValue(ctx, resolving_funcs[0]);\n",
		"        JS_FreeValue(ctx, resolve_reject[0]);\n        JS_FreeValue(ctx, resolve_reject[1]);\n        JS_FreeValue(ctx, value_wrapper_promise);\n        JS_FreeValue(ctx, resolving_funcs[0]);\n"},
	// Waiting for a module asks no promise for its constructor.
	{"quickjs.c",
		"    ret = js_promise_then(ctx, evaluate_promise, 2, vc(evaluate_resolving_funcs));\n    JS_FreeValue(ctx, ret);\n",
		"    bt_wait(ctx, evaluate_promise, vc(evaluate_resolving_funcs));\n"},
	{"quickjs.c",
		"    ret_val = js_promise_then(ctx, promise, 2, vc(resolve_funcs));\n    JS_FreeValue(ctx, ret_val);\n    JS_FreeValue(ctx, m_obj);\n",
		"    bt_wait(ctx, promise, vc(resolve_funcs));\n    JS_FreeValue(ctx, m_obj);\n"},
	{"quickjs.c",
		"    JSValue promise, m_obj;\n    JSValue resolve_funcs[2], ret_val;\n",
		"    JSValue promise, m_obj;\n    JSValue resolve_funcs[2];\n"},
	{"quickjs.c",
		"static void JS_LoadModuleInternal(JSContext *ctx, const char *basename,\n",
		"static void bt_wait(JSContext *ctx, JSValueConst promise, JSValueConst *handlers)\n{\n    JSValueConst none[2] = { JS_UNDEFINED, JS_UNDEFINED };\n    if (perform_promise_then(ctx, promise, handlers, none))\n        JS_FreeValue(ctx, JS_GetException(ctx)); /* out of memory */\n}\n\nstatic void JS_LoadModuleInternal(JSContext *ctx, const char *basename,\n"},
	// A name that a module imports and exports again is that of the module it comes from, and a namespace that of its
	// module: two ways to one binding are not ambiguous.
	{"quickjs.c",
		"            /* local export */\n            *pmodule = m;\n",
		"            /* local export */\n            JSImportEntry *mi = bt_imported(m, me);\n            if (mi && mi->import_name != JS_ATOM__star_) {\n                JSResolveResultEnum ret = js_resolve_export1(ctx, pmodule, pme, m->req_module_entries[mi->req_module_idx].module, mi->import_name, s);\n                if (ret == JS_RESOLVE_RES_FOUND || ret == JS_RESOLVE_RES_CIRCULAR || ret == JS_RESOLVE_RES_EXCEPTION)\n                    return ret;\n            }\n            *pmodule = m;\n"},
	{"quickjs.c",
		"                        if (*pmodule != res_m ||\n                            res_me->local_name != (*pme)->local_name) {\n",
		"                        JSModuleDef *space = bt_space(*pmodule, *pme);\n                        if (space != bt_space(res_m, res_me) ||\n                            !space && (*pmodule != res_m || res_me->local_name != (*pme)->local_name)) {\n"},
	{"quickjs.c",
		"static JSResolveResultEnum js_resolve_export1(JSContext *ctx,\n                                              JSModuleDef **pmodule,\n",
		"/* The import that a local export is of, or NULL. */\nstatic JSImportEntry *bt_imported(JSModuleDef *m, JSExportEntry *me)\n{\n    int i;\n    for (i = 0; i < m->import_entries_count; i++) {\n        if (m->import_entries[i].var_idx == me->u.local.var_idx)\n            return &m->import_entries[i];\n    }\n    return NULL;\n}\n\n/* The module whose namespace an export is, or NULL. */\nstatic JSModuleDef *bt_space(JSModuleDef *m, JSExportEntry *me)\n{\n    JSImportEntry *mi;\n    if (me->export_type == JS_EXPORT_TYPE_INDIRECT)\n        return m->req_module_entries[me->u.req_module_idx].module;\n    mi = bt_imported(m, me);\n    return mi && mi->import_name == JS_ATOM__star_ ? m->req_module_entries[mi->req_module_idx].module : NULL;\n}\n\nstatic JSResolveResultEnum js_resolve_export1(JSContext *ctx,\n                                              JSModuleDef **pmodule,\n"},
	// The key of a[b] = c is made a property's name after c, as V8 does; that of { [a]: b } before b.
	{"quickjs.c",
		"        case OP_get_array_el:\n            emit_op(s, OP_to_propkey2);\n            break;\n        case OP_get_super_value:\n            emit_op(s, OP_to_propkey);\n            break;\n        }\n    }\n\n    *popcode = opcode;",
		"        }\n    }\n\n    *popcode = opcode;"},
	{"quickjs.c",
		"            if (js_parse_expect(s, ':'))\n                goto fail;\n            if (js_parse_assign_expr(s))\n                goto fail;\n            if (name == JS_ATOM_NULL) {\n",
		"            if (js_parse_expect(s, ':'))\n                goto fail;\n            if (name == JS_ATOM_NULL)\n                emit_op(s, OP_to_propkey);\n            if (js_parse_assign_expr(s))\n                goto fail;\n            if (name == JS_ATOM_NULL) {\n"},
	{"quickjs.c",
		"        if (op == '=' && opcode == OP_get_array_el) {\n            int label_next = -1;\n            JSFunctionDef *fd = s->cur_func;\n            assert(OP_to_propkey2 == fd->byte_code.buf[fd->last_opcode_pos]);\n            fd->byte_code.size = fd->last_opcode_pos;\n            fd->last_opcode_pos = -1;\n            emit_op(s, OP_swap); // obj key -> key obj\n            emit_op(s, OP_dup);\n            emit_op(s, OP_is_undefined_or_null);\n            label_next = emit_goto(s, OP_if_true, -1);\n            emit_op(s, OP_swap);\n            emit_op(s, OP_to_propkey);\n            emit_op(s, OP_swap);\n            emit_label(s, label_next);\n            emit_op(s, OP_swap);\n        }\n\n",
		""},
	{"quickjs.c",
		"        if (op == '=' && opcode == OP_get_array_el) {\n            emit_op(s, OP_swap); // obj key val -> obj val key\n            emit_op(s, OP_to_propkey);\n            emit_op(s, OP_swap);\n        }\n\n",
		""},
	{"quickjs.c",
		"    slow_path:\n        atom = JS_ValueToAtom(ctx, prop);\n        JS_FreeValue(ctx, prop);\n        if (unlikely(atom == JS_ATOM_NULL)) {\n            JS_FreeValue(ctx, val);\n            return -1;\n        }\n        ret = JS_SetPropertyInternal(ctx, this_obj, atom, val, flags);",
		"    slow_path:\n        if (unlikely((JS_IsNull(this_obj) || JS_IsUndefined(this_obj)) && JS_IsObject(prop))) {\n            JS_FreeValue(ctx, prop);\n            JS_FreeValue(ctx, val);\n            JS_ThrowTypeError(ctx, \"Cannot set properties of %s\", JS_IsNull(this_obj) ? \"null\" : \"undefined\");\n            return -1;\n        }\n        atom = JS_ValueToAtom(ctx, prop);\n        JS_FreeValue(ctx, prop);\n        if (unlikely(atom == JS_ATOM_NULL)) {\n            JS_FreeValue(ctx, val);\n            return -1;\n        }\n        ret = JS_SetPropertyInternal(ctx, this_obj, atom, val, flags);"},
	// A class has a field named get or set where a generator follows on the next line.
	{"quickjs.c",
		"                s->token.val == '=' || s->token.val == ';') {\n                is_non_reserved_ident = true;\n                goto ident_found;\n            }\n            prop_type = PROP_TYPE_GET + (name == JS_ATOM_set);",
		"                s->token.val == '=' || s->token.val == ';' || (s->token.val == '*' && allow_private)) {\n                is_non_reserved_ident = true;\n                goto ident_found;\n            }\n            prop_type = PROP_TYPE_GET + (name == JS_ATOM_set);"},
	// That a script cannot declare undefined shows when it runs.
	{"quickjs.c",
		"        // |undefined| is allowed as an identifier except at the global\n        // scope of a classic script; sloppy or strict doesn't matter\n        if (name == JS_ATOM_undefined\n        && fd->scope_level == 1\n        && fd->is_global_var\n        && !fd->module) {\n            return js_parse_error(s, \"'undefined' already declared\");\n        }\n",
		""},
	// (void 0)() is told from undefined().
	{"quickjs.c",
		"            parse_func_call2:\n                switch(opcode = get_prev_opcode(fd)) {\n",
		"            parse_func_call2:\n                bt_mark_void(s);\n                switch(opcode = get_prev_opcode(fd)) {\n"},
	{"quickjs.c",
		"/* find field in the current scope */\n",
		"/* Marks void 0, of which only its value would be left, by something that does nothing. */\nstatic void bt_mark_void(JSParseState *s)\n{\n    JSFunctionDef *fd = s->cur_func;\n    const uint8_t *end = fd->byte_code.buf + fd->byte_code.size;\n    if (get_prev_opcode(fd) == OP_undefined && fd->byte_code.size >= 7 && end[-2] == OP_drop && end[-7] == OP_push_i32 && get_u32(end - 6) == 0) {\n        emit_op(s, OP_dup);\n        emit_op(s, OP_drop);\n    }\n}\n\n/* find field in the current scope */\n"},
	// error.stack = x makes an own property, as in V8; called itself, its setter does what the proposal of the language says.
	{"quickjs.c",
		"    if (setter)\n        return call_setter(ctx, setter, this_obj, val, flags);\n",
		"    if (setter) {\n        if (bt_sets_stack(setter) && JS_IsObject(this_obj)) {\n            /* not enumerable unless it was deleted before */\n            JSObject *p = JS_VALUE_GET_OBJ(this_obj);\n            bool plain = p->class_id == JS_CLASS_ERROR ? JS_IsUninitialized(p->u.object_data) : p->class_id != JS_CLASS_PROXY;\n            int r = JS_DefinePropertyValue(ctx, this_obj, prop, val, JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE | (plain ? JS_PROP_ENUMERABLE : 0));\n            return r < 0 ? -1 : true;\n        }\n        return call_setter(ctx, setter, this_obj, val, flags);\n    }\n"},
	{"quickjs.c",
		"static int call_setter(JSContext *ctx, JSObject *setter,\n",
		"static bool bt_sets_stack(const JSObject *setter)\n{\n    return setter->class_id == JS_CLASS_C_FUNCTION && setter->u.cfunc.c_function.setter == js_error_set_stack;\n}\n\nstatic int call_setter(JSContext *ctx, JSObject *setter,\n"},
	{"quickjs.c",
		"static bool can_store_error_stack(JSValueConst obj)\n",
		"static JSValue js_error_set_stack(JSContext *ctx, JSValueConst this_val, JSValueConst value);\n\nstatic bool can_store_error_stack(JSValueConst obj)\n"},
	{"quickjs.c",
		"    } else {\n        if (JS_SetPropertyInternal2(ctx, this_val, JS_ATOM_stack, js_dup(value),\n",
		"    } else {\n        JSProperty *pr;\n        JSShapeProperty *prs = find_own_property(&pr, JS_VALUE_GET_OBJ(this_val), JS_ATOM_stack);\n        if (prs && (prs->flags & JS_PROP_TMASK) == JS_PROP_GETSET && pr->u.getset.setter && bt_sets_stack(pr->u.getset.setter)) {\n            /* Error.prototype of another realm */\n            JSValue setter = js_dup(JS_MKPTR(JS_TAG_OBJECT, pr->u.getset.setter));\n            return JS_CallFree(ctx, setter, this_val, 1, vc(&value));\n        }\n        if (JS_SetPropertyInternal2(ctx, this_val, JS_ATOM_stack, js_dup(value),\n"},
	// The global object of a realm for node:vm is exotic (globals_methods in shim.c).
	// The interpreter's fast tier (fast.c), with bytecode that it may read past the end.
	{"quickjs.c",
		"    function_size += bc.byte_code_len;\n\n    b = js_mallocz(ctx, function_size);",
		"    function_size += bc.byte_code_len;\n\n    b = js_mallocz(ctx, function_size + 8);"},
	{"quickjs.c",
		"    function_size += fd->byte_code.size;\n\n    b = js_mallocz(ctx, function_size);",
		"    function_size += fd->byte_code.size;\n\n    b = js_mallocz(ctx, function_size + 8);"},
	{"quickjs.c",
		"/* argv[] is modified if (flags & JS_CALL_FLAG_COPY_ARGV) = 0. */\nstatic JSValue JS_CallInternal(JSContext *caller_ctx,",
		"#include \"fast.c\"\n\n/* argv[] is modified if (flags & JS_CALL_FLAG_COPY_ARGV) = 0. */\nstatic JSValue JS_CallInternal(JSContext *caller_ctx,"},
	{"quickjs.c",
		"typedef struct JSArrayIteratorData {\n    JSValue obj;\n    JSIteratorKindEnum kind;\n    uint32_t idx;\n} JSArrayIteratorData;\n",
		""},
	{"quickjs.c",
		"        JSValue *call_argv;\n\n        SWITCH(pc) {",
		"        JSValue *call_argv;\n        uint64_t at = bt_fast(pc, sp, var_buf, arg_buf, var_refs, ctx, sf);\n\n        pc = (uint8_t *)(uintptr_t)at;\n        sp = (JSValue *)(uintptr_t)(at >> 32);\n        SWITCH(pc) {"},
	{"quickjs.c",
		"    struct JSGCObjectHeader *cur_gc_obj;\n} JSStackFrame;",
		"    struct JSGCObjectHeader *cur_gc_obj;\n    JSValue bt_this; /* what OP_push_this pushes */\n} JSStackFrame;"},
	{"quickjs.c",
		"    sf->cur_func = unsafe_unconst(func_obj);\n    var_refs = p->u.func.var_refs;\n",
		"    sf->cur_func = unsafe_unconst(func_obj);\n    sf->bt_this = unsafe_unconst(this_obj);\n    var_refs = p->u.func.var_refs;\n"},
	{"quickjs.c",
		"            sf->cur_sp = NULL; /* cur_sp is NULL if the function is running */\n            pc = sf->cur_pc;",
		"            sf->cur_sp = NULL; /* cur_sp is NULL if the function is running */\n            sf->bt_this = unsafe_unconst(this_obj);\n            pc = sf->cur_pc;"},
	// A function of the engine is printed on one line by Node, on three by Bun.
	{"quickjs.c",
		"        suff = \"() {\\n    [native code]\\n}\";",
		"        suff = bt_node ? \"() { [native code] }\" : \"() {\\n    [native code]\\n}\";"},
	// Greedy loops over one character, and the search for a first one, go through
	// the text at once (scan.c).
	{"libregexp.c",
		"/* return 1 if match, 0 if not match or < 0 if error. */\nstatic intptr_t lre_exec_backtrack(",
		"#include \"scan.c\"\n\n/* return 1 if match, 0 if not match or < 0 if error. */\nstatic intptr_t lre_exec_backtrack("},
	{"libregexp.c",
		"    RE_EXEC_STATE_NEGATIVE_LOOKAHEAD,\n} REExecStateEnum;",
		"    RE_EXEC_STATE_NEGATIVE_LOOKAHEAD,\n    RE_EXEC_STATE_RANGE, /* places from that of the undo info below up to its own */\n} REExecStateEnum;\n\n#define BT_FIRSTS 4"},
	{"libregexp.c",
		"    int capture_count;\n    bool is_unicode;\n    int interrupt_counter;",
		"    int capture_count;\n    int spare; /* in capture[]: no one's */\n    const uint8_t *first[BT_FIRSTS]; /* atoms that a match begins with */\n    int firsts; /* their number, 0 if not known */\n    const uint8_t *search; /* the operand of the split of each place, with firsts */\n    bool is_unicode;\n    int interrupt_counter;"},
	{"libregexp.c",
		"                type = sp[-1].bp.type;\n                bp = s->stack_buf + sp[-1].bp.val;\n                sp -= 3;\n                if (type != RE_EXEC_STATE_LOOKAHEAD)\n                    break;",
		"                type = sp[-1].bp.type;\n                if (type == RE_EXEC_STATE_RANGE) {\n                    cptr = bt_back(pc, cptr, sp[-4].ptr, cbuf_type);\n                    if (cptr && cptr != sp[-4].ptr) {\n                        sp[-2].ptr = (uint8_t *)cptr - (1 << cbuf_type);\n                        break;\n                    }\n                }\n                bp = s->stack_buf + sp[-1].bp.val;\n                sp -= 3;\n                if (!cptr)\n                    continue;\n                if (type != RE_EXEC_STATE_LOOKAHEAD)\n                    break;"},
	{"libregexp.c",
		"                const uint8_t *pc1;\n\n                val = get_u32(pc);\n                pc += 4;\n                if (opcode == REOP_split_next_first) {",
		"                const uint8_t *pc1;\n\n                if (cbuf_type < 2) {\n                    if (pc == s->search) {\n                        cptr = bt_scan_any(s->first, s->firsts, cptr, cbuf_end, cbuf_type);\n                        if (cptr >= cbuf_end)\n                            goto no_match;\n                    } else {\n                        const uint8_t *then, *atom = bt_loop(pc, opcode, &then);\n                        if (atom) {\n                            const uint8_t *last = bt_scan(atom, cptr, cbuf_end, cbuf_type, true);\n                            if (last != cptr) {\n                                CHECK_STACK_SPACE(5);\n                                sp[0].val = s->spare;\n                                sp[1].ptr = (uint8_t *)cptr;\n                                sp[2].ptr = (uint8_t *)then;\n                                sp[3].ptr = (uint8_t *)last - (1 << cbuf_type);\n                                sp[4].bp.val = bp - s->stack_buf;\n                                sp[4].bp.type = RE_EXEC_STATE_RANGE;\n                                sp += 5;\n                                bp = sp;\n                                cptr = last;\n                            }\n                            pc = then;\n                            break;\n                        }\n                    }\n                }\n                val = get_u32(pc);\n                pc += 4;\n                if (opcode == REOP_split_next_first) {"},
	{"libregexp.c",
		"    s->stack_buf = s->static_stack_buf;\n    s->stack_size = countof(s->static_stack_buf);\n",
		"    s->stack_buf = s->static_stack_buf;\n    s->stack_size = countof(s->static_stack_buf);\n    s->spare = lre_get_alloc_count(bc_buf) - 1;\n    s->firsts = bt_search(bc_buf + RE_HEADER_LEN, s->first);\n    s->search = s->firsts ? bc_buf + RE_HEADER_LEN + 1 : NULL;\n"},
	{"libregexp.c",
		"        bc_buf[RE_HEADER_REGISTER_COUNT];\n}",
		"        bc_buf[RE_HEADER_REGISTER_COUNT] + 1;\n}"},
	// A line number below 0 means line 0: the source proper starts on the next line.
	{"quickjs.c",
		"    prs = find_own_property1(p, prop);\n    if (prs)\n        return 0;\n    if (!p->extensible)\n        return 0;\n    pr = add_property(",
		"    if (p->is_exotic) {\n        int r = JS_GetOwnProperty(ctx, NULL, JS_MKPTR(JS_TAG_OBJECT, p), prop);\n        if (r == 0)\n            r = JS_DefinePropertyValue(ctx, JS_MKPTR(JS_TAG_OBJECT, p), prop, val, JS_PROP_C_W_E);\n        return r < 0 ? -1 : 0;\n    }\n    prs = find_own_property1(p, prop);\n    if (prs)\n        return 0;\n    if (!p->extensible)\n        return 0;\n    pr = add_property("},
	{"quickjs.c",
		"    flags = JS_PROP_HAS_VALUE | JS_PROP_THROW;\n    if (!prs || (prs->flags & JS_PROP_CONFIGURABLE)) {",
		"    flags = JS_PROP_HAS_VALUE | JS_PROP_THROW;\n    if (p->is_exotic)\n        def_flags |= JS_PROP_CONFIGURABLE;\n    if (!prs || (prs->flags & JS_PROP_CONFIGURABLE)) {"},
	{"quickjs.c",
		"    return JS_GetPropertyInternal(ctx, ctx->global_obj, prop,\n                                 ctx->global_obj, throw_ref_error);",
		"    if (throw_ref_error && p->is_exotic) {\n        int r = JS_HasProperty(ctx, ctx->global_obj, prop);\n        if (r <= 0)\n            return r < 0 ? JS_EXCEPTION : JS_ThrowReferenceErrorNotDefined(ctx, prop);\n    }\n    return JS_GetPropertyInternal(ctx, ctx->global_obj, prop,\n                                 ctx->global_obj, throw_ref_error);"},
	{"quickjs.c",
		"        return JS_ThrowTypeError(ctx, \"eval is not supported\");",
		"        return bt_no_strings(ctx);"},
	// In V8's words, which programs match on.
	{"quickjs.c",
		"    return JS_ThrowSyntaxErrorAtom(ctx, \"redeclaration of '%s'\", prop);",
		"    return JS_ThrowSyntaxErrorAtom(ctx, \"Identifier '%s' has already been declared\", prop);"},
	{"quickjs.c",
		"        return js_parse_error(s, \"unexpected token in expression: '%.*s'\",\n                              (int)(s->buf_ptr - s->token.ptr), s->token.ptr);\n",
		"        return js_parse_expect(s, -1);\n"},
	// A proxy's trap may set the value of what is writable and not configurable, and say again that it is.
	{"quickjs.c",
		"            if ((desc.flags & (JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE)) ==\n                JS_PROP_WRITABLE && !(flags & JS_PROP_WRITABLE)) {\n                /* missing-proxy-check feature */\n                goto fail1;\n            } else if (",
		"            if ("},
	{"quickjs.c",
		"        if (flags & JS_PROP_HAS_WRITABLE) {\n            if ((desc.flags & (JS_PROP_GETSET | JS_PROP_CONFIGURABLE |",
		"        if ((flags & (JS_PROP_HAS_WRITABLE | JS_PROP_WRITABLE)) == JS_PROP_HAS_WRITABLE) {\n            if ((desc.flags & (JS_PROP_GETSET | JS_PROP_CONFIGURABLE |"},
	// A length is at least 0.
	{"quickjs.c",
		"        *pres = 0;\n        return -1;\n    }\n    return JS_ToUint32Free(ctx, pres, len_val);\n",
		"        *pres = 0;\n        return -1;\n    }\n    if (JS_VALUE_GET_TAG(len_val) == JS_TAG_INT) {\n        *pres = max_int(JS_VALUE_GET_INT(len_val), 0);\n    } else {\n        int64_t len;\n        if (JS_ToLengthFree(ctx, &len, len_val))\n            return -1;\n        *pres = min_int64(len, UINT32_MAX);\n    }\n    return 0;\n"},
	// anchor, link and their like take any value as their attribute's.
	{"quickjs.c",
		"        value = JS_ToStringCheckObject(ctx, argv[0]);\n",
		"        value = JS_ToString(ctx, argv[0]);\n"},
	// What the flag v forbids in a class is as ever outside of one.
	{"libregexp.c",
		"        if (s->unicode_sets && p[1] == c) {",
		"        if (inclass && s->unicode_sets && p[1] == c) {"},
	{"libregexp.c",
		"        if (s->unicode_sets) {\n            /* invalid characters in unicode sets */",
		"        if (inclass && s->unicode_sets) {\n            /* invalid characters in unicode sets */"},
	// What code of the program shrinks or takes away meanwhile.
	{"quickjs.c",
		"    if (array_buffer_is_resizable(abuf))\n        return js_uint32(abuf->max_byte_length);\n",
		"    if (array_buffer_is_resizable(abuf))\n        return js_uint32(abuf->detached ? 0 : abuf->max_byte_length);\n"},
	{"quickjs.c",
		"    if (abuf->byte_length < start + new_len) {\n        if (immutable)\n            JS_ThrowRangeError(ctx, \"invalid array buffer length\");\n        else\n            JS_ThrowTypeErrorDetachedArrayBuffer(ctx);\n        goto fail;\n    }\n",
		"    if (abuf->byte_length < start + new_len) {\n        if (immutable) {\n            JS_ThrowRangeError(ctx, \"invalid array buffer length\");\n            goto fail;\n        }\n        new_len = max_int64(abuf->byte_length - start, 0);\n    }\n"},
	{"quickjs.c",
		"    len = p->u.array.count;\n    if (JS_ToInt64Sat(ctx, &idx, argv[0]))\n        return JS_EXCEPTION;\n    /* resolve negative",
		"    if (typed_array_is_oob(p))\n        return JS_ThrowTypeErrorArrayBufferOOB(ctx);\n    len = p->u.array.count;\n    if (JS_ToInt64Sat(ctx, &idx, argv[0]))\n        return JS_EXCEPTION;\n    /* resolve negative"},
	{"quickjs.c",
		"    if (typed_array_is_oob(p)) {\n        JS_FreeValue(ctx, val);\n        return JS_ThrowTypeErrorArrayBufferOOB(ctx);\n    }\n    newlen = p->u.array.count;\n",
		"    newlen = typed_array_is_oob(p) ? 0 : p->u.array.count;\n"},
	{"quickjs.c",
		"    if (typed_array_is_oob(p))\n        return JS_ThrowTypeErrorArrayBufferOOB(ctx);\n\n    // RAB may have been resized by evil .valueOf method\n    space = p->u.array.count - max_int(to, from);\n    count = min_int(final - from, len - to);\n",
		"    count = min_int(final - from, len - to);\n    if (count <= 0)\n        return js_dup(this_val);\n    if (typed_array_is_oob(p))\n        return JS_ThrowTypeErrorArrayBufferOOB(ctx);\n\n    // RAB may have been resized by evil .valueOf method\n    space = p->u.array.count - max_int(to, from);\n"},
	// A script's functions are made before its variables, as the standard has it.
	{"quickjs.c",
		"    /* add the global variables (only happens if s->is_global_var is\n       true) */\n",
		"    if (s->eval_type == JS_EVAL_TYPE_GLOBAL && s->global_var_count > 1) {\n" +
			"        JSGlobalVar *sorted = js_malloc(ctx, s->global_var_count * sizeof(*sorted));\n" +
			"        int pass, n = 0;\n" +
			"        if (!sorted) {\n            dbuf_set_error(bc);\n            return;\n        }\n" +
			"        for (pass = 0; pass < 2; pass++)\n" +
			"            for (i = 0; i < s->global_var_count; i++)\n" +
			"                if ((s->global_vars[i].cpool_idx >= 0 && !s->global_vars[i].is_lexical) == (pass == 0))\n" +
			"                    sorted[n++] = s->global_vars[i];\n" +
			"        memcpy(s->global_vars, sorted, n * sizeof(*sorted));\n" +
			"        js_free(ctx, sorted);\n" +
			"    }\n" +
			"    /* add the global variables (only happens if s->is_global_var is\n       true) */\n"},
}

// source returns a folder with the engine's source, edited.
func (b *builder) source(ctx context.Context) (string, error) {
	dir := filepath.Join(b.work, "src")
	if err := b.published(ctx, dir); err != nil {
		return "", err
	}
	if err := applyEdits(dir, slices.Concat(edits, speedEdits, textEdits)); err != nil {
		return "", err
	}
	return dir, applyRules(dir, rules)
}

// published makes dir a folder with the engine's source as it is published.
func (b *builder) published(ctx context.Context, dir string) error {
	archive := filepath.Join(b.work, sourceArchive)
	if !exists(archive) {
		b.say("fetching the source")
		python, err := b.venv(ctx)
		if err != nil {
			return err
		}
		if err := b.fetch(ctx, python, setupPin, "install", "--no-deps", "--only-binary", ":all:"); err != nil {
			return err
		}
		if err := b.fetch(ctx, python, sourcePin, "download", "--no-deps", "--no-binary", ":all:", "--no-build-isolation", "-d", b.work); err != nil {
			return err
		}
	}
	data, err := os.ReadFile(archive)
	if err != nil {
		return err
	}
	if got := digestBytes(data); !strings.Contains(sourcePin, got) {
		return fmt.Errorf("%s has SHA-256 %s, which is not the pinned one: delete it and run again", archive, got)
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := unpack(data, dir); err != nil {
		return fmt.Errorf("unpack %s: %w", sourceArchive, err)
	}
	return nil
}

func applyEdits(dir string, edits []edit) error {
	for _, e := range edits {
		err := rewrite(dir, e.file, func(text []byte) ([]byte, error) {
			if n := bytes.Count(text, []byte(e.old)); n != 1 {
				return nil, fmt.Errorf("edit of %s: its anchor is there %d times, not once: %q", e.file, n, e.old)
			}
			return bytes.Replace(text, []byte(e.old), []byte(e.new), 1), nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func applyRules(dir string, rules []rule) error {
	for _, r := range rules {
		re := regexp.MustCompile(r.pattern)
		err := rewrite(dir, r.file, func(text []byte) ([]byte, error) {
			if n := len(re.FindAllIndex(text, -1)); n != r.times {
				return nil, fmt.Errorf("rule for %s: its pattern is there %d times, not %d: %q", r.file, n, r.times, r.pattern)
			}
			return re.ReplaceAll(text, []byte(r.new)), nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// rewrite replaces the content of a file in dir by what change makes of it.
func rewrite(dir, file string, change func(text []byte) ([]byte, error)) error {
	name := filepath.Join(dir, file)
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if text, err = change(text); err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o644)
}

// unpack takes the engine's C files out of the source archive.
func unpack(data []byte, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	found := false
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		name, ok := strings.CutPrefix(h.Name, sourceFolder)
		if !ok || h.Typeflag != tar.TypeReg || strings.Contains(name, "/") {
			continue
		}
		if ext := path.Ext(name); ext != ".c" && ext != ".h" {
			continue
		}
		text, err := io.ReadAll(t)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
		found = true
	}
	if !found {
		return fmt.Errorf("no folder %s in it", sourceFolder)
	}
	return nil
}

// compiler returns the Python that has the pinned ziglang installed.
func (b *builder) compiler(ctx context.Context) (string, error) {
	want := digest(compilerPin)
	python := b.python()
	if b.fresh("compiler.stamp", want, python) {
		return python, nil
	}
	python, err := b.venv(ctx)
	if err != nil {
		return "", err
	}
	b.say("installing the compiler")
	if err := b.fetch(ctx, python, compilerPin, "install", "--no-deps", "--only-binary", ":all:"); err != nil {
		return "", err
	}
	return python, b.stamp("compiler.stamp", want)
}

func (b *builder) python() string {
	return filepath.Join(b.work, "venv", "bin", "python")
}

// venv returns the Python of a virtual environment under build/.
func (b *builder) venv(ctx context.Context) (string, error) {
	python := b.python()
	if exists(python) {
		return python, nil
	}
	base := os.Getenv("PYTHON")
	if base == "" {
		base = "python3"
	}
	if err := b.command(ctx, b.work, base, "-m", "venv", filepath.Join(b.work, "venv")); err != nil {
		return "", fmt.Errorf("fetch the engine's source and compiler: Python 3 with venv and pip is needed: %w", err)
	}
	return python, nil
}

// fetch runs pip with the pins, whose hashes it checks.
func (b *builder) fetch(ctx context.Context, python, pins string, args ...string) error {
	file := filepath.Join(b.work, "requirements.txt")
	if err := os.WriteFile(file, []byte(pins), 0o644); err != nil {
		return err
	}
	args = slices.Concat([]string{"-m", "pip"}, args, []string{"--quiet", "--require-hashes", "-r", file})
	if err := b.command(ctx, b.work, python, args...); err != nil {
		return fmt.Errorf("fetch (%s/%s): %w", runtime.GOOS, runtime.GOARCH, err)
	}
	return nil
}

// checkLayout makes sure that the shadow stack lies below everything: what runs
// out of it leaves linear memory, which traps, and overwrites nothing.
func checkLayout(module []byte) error {
	m, err := meter.Decode(module)
	if err != nil {
		return fmt.Errorf("decode the module: %w", err)
	}
	if len(m.Globals) == 0 {
		return errors.New("the module has no stack pointer")
	}
	at, ok := constant(m.Globals[0].Init)
	if !ok || at != stackSize {
		return fmt.Errorf("the stack pointer starts at %d, not at %d: the stack does not lie first", at, stackSize)
	}
	for _, d := range m.Datas {
		if off, ok := constant(d.Offset); !ok || off < stackSize {
			return fmt.Errorf("data at %d lies inside the stack", off)
		}
	}
	return nil
}

// constant reads `i32.const n; end`.
func constant(x []byte) (int64, bool) {
	if len(x) < 2 || x[0] != 0x41 {
		return 0, false
	}
	var v int64
	for i, shift := 1, 0; i < len(x) && shift < 35; i, shift = i+1, shift+7 {
		v |= int64(x[i]&0x7f) << shift
		if x[i]&0x80 == 0 {
			if x[i]&0x40 != 0 {
				v |= -1 << (shift + 7)
			}
			return v, i+1 == len(x) || i+2 == len(x) && x[i+1] == 0x0b
		}
	}
	return 0, false
}
