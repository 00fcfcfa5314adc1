//go:build ignore

/* WebAssembly for programs: a module's bytes are checked by the specification's
 * algorithm and translated, in one pass, to the code that wasmrun.c interprets.
 *
 * A program's module never reaches the host's compiler: it is data of this
 * sandbox, so that fuel, memory, reset and cancellation hold for it as they do for
 * JavaScript. Everything here comes from the program: counts are compared with the
 * engine's limits (V8's) and with the bytes that are left before anything is
 * allocated for them. Included by shim.c after quickjs.c; pointers have 32 bits. */

enum { WT_ANY = 0, WT_EXTERN = 0x6f, WT_FUNC = 0x70, WT_F64 = 0x7c, WT_F32, WT_I64, WT_I32 };
enum { WK_FUNC, WK_TABLE, WK_MEMORY, WK_GLOBAL };
static const char *const wm_kinds[] = { "function", "table", "memory", "global" };

enum { /* V8's limits, but for slots */
    WM_TYPES = 1000000, WM_FUNCTIONS = 1000000, WM_IMPORTS = 100000, WM_EXPORTS = 100000, WM_GLOBALS = 1000000,
    WM_SEGMENTS = 100000, WM_TABLES = 100000, WM_TABLE_SIZE = 10000000, WM_PARAMS = 1000, WM_LOCALS = 50000, WM_BODY = 7654321,
    WM_BR_TABLE = 65520, WM_NAME = 100000, WM_PAGES = 65536,
    WM_SLOTS = 65535, /* of a frame: what an operand of an instruction can say */
    WM_CODE = 0x7fff00, /* words of a function: what a branch can say */
};

typedef struct {
    uint16_t params, results;
    uint8_t types[]; /* of the parameters, then of the results */
} wm_type;

typedef struct {
    const wm_type *type;
    uint64_t *code;  /* NULL: imported */
    uint32_t locals; /* slots of parameters and locals; two of the frame's own follow */
    uint32_t frame;  /* slots in all */
} wm_code;

typedef struct {
    const uint8_t *p;
    uint32_t n;
} wm_name;

typedef struct {
    wm_name module, name; /* module: of imports */
    uint8_t kind;
    uint32_t index; /* among those of its kind */
} wm_extern;

typedef struct {
    uint32_t min, max;
    bool bounded;
    uint8_t type; /* of a table's elements */
} wm_limits;

typedef struct {
    uint8_t type;
    bool writable;
    const uint8_t *init; /* NULL: imported */
} wm_global_type;

#define WM_NO_FUNC UINT32_MAX
#define WM_FROM_GLOBAL 0x80000000u

typedef struct {
    const uint8_t *offset; /* NULL: not active */
    uint8_t type;
    bool declared;
    uint32_t table, n;
    uint32_t *items; /* indices of functions, WM_NO_FUNC, or of globals with WM_FROM_GLOBAL */
} wm_elems;

typedef struct {
    const uint8_t *offset; /* NULL: passive */
    wm_name bytes;
} wm_data;

typedef struct {
    uint8_t *bytes;
    uint32_t size;
    uint32_t type_count, code_count, table_count, memory_count, global_count, import_count, export_count, elem_count, data_count, custom_count;
    uint32_t imported[4]; /* of each kind */
    wm_type **types;
    wm_code *codes;
    wm_limits *tables, memory;
    wm_global_type *globals;
    wm_extern *imports, *exports, *customs;
    wm_elems *elems;
    wm_data *datas;
    uint32_t start; /* WM_NO_FUNC: none */
} wm_module;

typedef struct {
    wm_module *m;
    const uint8_t *p, *end;
    uint8_t *declared; /* a bit for each function that ref.func may name */
    int32_t data_count; /* -1: not said */
    int64_t body; /* the function that is read; -1: none */
    bool quiet, failed; /* quiet: nobody asks why */
} wm_reader;

static char wm_who[48]; /* the function of the API that an error is of */

enum { WE_COMPILE, WE_LINK, WE_RUNTIME, WE_COUNT };
static JSValue wm_error_proto[WE_COUNT];

/* wm_throw throws an error of one of WebAssembly's kinds. */
BT_RARE static JSValue wm_throw(int kind, const char *text)
{
    JSValue e = JS_NewObjectProtoClass(ctx, wm_error_proto[kind], JS_CLASS_ERROR);
    if (JS_IsException(e))
        return e;
    if (JS_DefinePropertyValue(ctx, e, JS_ATOM_message, JS_NewString(ctx, text), JS_PROP_WRITABLE | JS_PROP_CONFIGURABLE) < 0) {
        JS_FreeValue(ctx, e);
        return JS_EXCEPTION;
    }
    build_backtrace(ctx, e, JS_UNDEFINED, NULL, 0, 0, 0);
    return JS_Throw(ctx, e);
}

BT_RARE static void wm_fail(wm_reader *r, const uint8_t *at, const char *fmt, ...)
{
    char text[400], all[560], body[48];
    va_list ap;
    r->p = r->end;
    if (r->failed)
        return;
    r->failed = true;
    if (r->quiet)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    body[0] = 0;
    if (r->body >= 0)
        snprintf(body, sizeof body, "Compiling function #%u failed: ", (uint32_t)r->body);
    snprintf(all, sizeof all, "%s: %s%s @+%u", wm_who, body, text, (uint32_t)(at - r->m->bytes));
    wm_throw(WE_COMPILE, all);
}

/* wm_alloc returns zeroed memory, or fails with the engine's error for want of it. */
static void *wm_alloc(wm_reader *r, uint32_t count, uint32_t size)
{
    void *p;
    if (r->failed)
        return NULL;
    p = js_mallocz(ctx, count ? (size_t)count * size : 1);
    if (!p) {
        r->failed = true;
        r->p = r->end;
    }
    return p;
}

/* wm_room makes room for one more in an array. */
static bool wm_room(wm_reader *r, void **p, uint32_t *size, uint32_t count, uint32_t each)
{
    uint32_t more;
    void *q;
    if (count < *size)
        return true;
    more = *size ? *size * 2 : 64;
    q = more > INT32_MAX / each ? NULL : js_realloc(ctx, *p, (size_t)more * each);
    if (!q) {
        r->failed = true;
        r->p = r->end;
        return false;
    }
    *p = q;
    *size = more;
    return true;
}

static uint8_t wm_u8(wm_reader *r, const char *what)
{
    if (r->p >= r->end) {
        wm_fail(r, r->p, "expected 1 byte (%s)", what);
        return 0;
    }
    return *r->p++;
}

static uint64_t wm_leb(wm_reader *r, int bits, bool is_signed, const char *what)
{
    uint64_t v = 0;
    int shift = 0, left;
    uint8_t b, top;
    for (;;) {
        if (r->p >= r->end) {
            wm_fail(r, r->p, "expected %s", what);
            return 0;
        }
        b = *r->p++;
        v |= (uint64_t)(b & 0x7f) << shift;
        left = bits - shift;
        shift += 7;
        if (left <= 7) { /* the last byte there can be */
            top = is_signed ? (b & 0x7f) >> (left - 1) : left == 7 ? 0 : (b & 0x7f) >> left;
            if ((b & 0x80) || (top && !(is_signed && top == 0x7f >> (left - 1)))) {
                wm_fail(r, r->p - 1, b & 0x80 ? "expected %s" : "extra bits in varint (%s)", what);
                return 0;
            }
        }
        if (!(b & 0x80)) {
            if (is_signed && shift < 64 && (b & 0x40))
                v |= -(uint64_t)1 << shift;
            return v;
        }
    }
}

static inline uint32_t wm_u32(wm_reader *r, const char *what)
{
    if (r->p < r->end && *r->p < 0x80)
        return *r->p++;
    return wm_leb(r, 32, false, what);
}

/* wm_count reads how many things come, each of which takes at least a byte. */
static uint32_t wm_count(wm_reader *r, const char *what, uint32_t most)
{
    const uint8_t *at = r->p;
    char name[48];
    uint32_t n;
    snprintf(name, sizeof name, "%s count", what);
    n = wm_u32(r, name);
    if (n > most) {
        wm_fail(r, at, "%s of %u exceeds internal limit of %u", name, n, most);
        return 0;
    }
    if (n > r->end - r->p) {
        wm_fail(r, r->end, "expected %u %s, fell off end", n, what);
        return 0;
    }
    return n;
}

static const uint8_t *wm_bytes_of(wm_reader *r, uint32_t n, const char *what)
{
    const uint8_t *p = r->p;
    if (n > r->end - p) {
        wm_fail(r, p, "expected %u bytes, fell off end", n);
        return p;
    }
    r->p += n;
    return p;
}

static wm_name wm_text(wm_reader *r, const char *what)
{
    wm_name s;
    const uint8_t *q, *at = r->p;
    bool bad = false;
    s.n = wm_u32(r, "string length");
    if (s.n > WM_NAME) {
        wm_fail(r, at, "%s: string length of %u exceeds internal limit of %u", what, s.n, WM_NAME);
        s.n = 0;
    }
    s.p = wm_bytes_of(r, s.n, what);
    if (r->failed) {
        s.n = 0;
        return s;
    }
    for (q = s.p; q < s.p + s.n && !bad;)
        utf8_step(&q, s.p + s.n, &bad);
    if (bad)
        wm_fail(r, s.p, "%s: no valid UTF-8 string", what);
    return s;
}

static bool wm_is_ref(uint8_t t) { return t == WT_FUNC || t == WT_EXTERN; }
static bool wm_is_value(uint8_t t) { return (t >= WT_F64 && t <= WT_I32) || wm_is_ref(t); }

static const char *wm_type_name(uint8_t t)
{
    switch (t) {
    case WT_I32: return "i32";
    case WT_I64: return "i64";
    case WT_F32: return "f32";
    case WT_F64: return "f64";
    case WT_FUNC: return "funcref";
    case WT_EXTERN: return "externref";
    }
    return "<bot>";
}

static uint8_t wm_value_type(wm_reader *r)
{
    const uint8_t *at = r->p;
    uint8_t t = wm_u8(r, "value type");
    if (!r->failed && !wm_is_value(t)) {
        if (t == 0x7b)
            wm_fail(r, at, "SIMD is not supported: compile without it (-mno-simd128)");
        else
            wm_fail(r, at, "invalid value type 0x%x", t);
    }
    return t;
}

/* ---- the code that wasmrun.c interprets ----
 *
 * A word has an operation in its low byte, then two operands of 16 bits (a, b)
 * and one of 24 (c). Operands are mostly slots of the frame: its parameters and
 * locals, two words of the frame's own, and the operand stack, each of whose
 * places has its slot. What the operand stack has from a local or a constant is
 * read where it is used, so most of local.get and const costs nothing.
 * Floating point: i32 before i64, f32 before f64, in the order of the opcodes. */

enum {
    W_UNREACHABLE, W_BR, W_BR_TABLE,
    W_RET0, W_RET1, W_RETN, W_CALL, W_CALL_INDIRECT,
    W_COPY, W_CONST32, W_CONST32S, W_CONST64, W_SELECT, W_GLOBAL_GET, W_GLOBAL_SET,
    W_LOAD8U, W_LOAD8S, W_LOAD16U, W_LOAD16S, W_LOAD32U, W_LOAD32S, W_LOAD64, W_STORE8, W_STORE16, W_STORE32, W_STORE64, W_ADDRESS,
    W_MEMORY_SIZE,
    /* Comparisons: EQ NE LTS LTU GES GEU of two slots, and of a slot and a constant; then the same as branches. */
    W_CMP, W_CMP_I32 = W_CMP, W_CMP_I32_IMM = W_CMP + 6, W_CMP_I64 = W_CMP + 12, W_CMP_I64_IMM = W_CMP + 18,
    W_BR_CMP = W_CMP + 24, W_BR_CMP_I32 = W_BR_CMP, W_BR_CMP_I64 = W_BR_CMP + 12,
    W_I32_CLZ = W_BR_CMP + 24, W_I32_CTZ, W_I32_POPCNT,
    W_I32_ADD, W_I32_SUB, W_I32_MUL, W_I32_DIVS, W_I32_DIVU, W_I32_REMS, W_I32_REMU, W_I32_AND, W_I32_OR, W_I32_XOR, W_I32_SHL, W_I32_SHRS, W_I32_SHRU, W_I32_ROTL, W_I32_ROTR,
    W_I64_CLZ, W_I64_CTZ, W_I64_POPCNT,
    W_I64_ADD, W_I64_SUB, W_I64_MUL, W_I64_DIVS, W_I64_DIVU, W_I64_REMS, W_I64_REMU, W_I64_AND, W_I64_OR, W_I64_XOR, W_I64_SHL, W_I64_SHRS, W_I64_SHRU, W_I64_ROTL, W_I64_ROTR,
    W_I32_ADDI, W_I32_MULI, W_I32_ANDI, W_I32_ORI, W_I32_XORI, W_I32_SHLI, W_I32_SHRSI, W_I32_SHRUI,
    W_I64_ADDI, W_I64_MULI, W_I64_ANDI, W_I64_ORI, W_I64_XORI, W_I64_SHLI, W_I64_SHRSI, W_I64_SHRUI,
    W_EXT8S, W_EXT16S, W_EXT32S, W_EXT32U, /* to 64 bits */
    W_F32_EQ, W_F32_NE, W_F32_LT, W_F32_LE, W_F64_EQ, W_F64_NE, W_F64_LT, W_F64_LE,
    W_F32_ABS, W_F32_NEG, W_F32_CEIL, W_F32_FLOOR, W_F32_TRUNC, W_F32_NEAREST, W_F32_SQRT,
    W_F32_ADD, W_F32_SUB, W_F32_MUL, W_F32_DIV, W_F32_MIN, W_F32_MAX, W_F32_COPYSIGN,
    W_F64_ABS, W_F64_NEG, W_F64_CEIL, W_F64_FLOOR, W_F64_TRUNC, W_F64_NEAREST, W_F64_SQRT,
    W_F64_ADD, W_F64_SUB, W_F64_MUL, W_F64_DIV, W_F64_MIN, W_F64_MAX, W_F64_COPYSIGN,
    W_I32_TRUNC_F32S, W_I32_TRUNC_F32U, W_I32_TRUNC_F64S, W_I32_TRUNC_F64U,
    W_I64_TRUNC_F32S, W_I64_TRUNC_F32U, W_I64_TRUNC_F64S, W_I64_TRUNC_F64U,
    W_I32_SAT_F32S, W_I32_SAT_F32U, W_I32_SAT_F64S, W_I32_SAT_F64U,
    W_I64_SAT_F32S, W_I64_SAT_F32U, W_I64_SAT_F64S, W_I64_SAT_F64U,
    W_F32_FROM_I32S, W_F32_FROM_I32U, W_F32_FROM_I64S, W_F32_FROM_I64U, W_F32_DEMOTE,
    W_F64_FROM_I32S, W_F64_FROM_I32U, W_F64_FROM_I64S, W_F64_FROM_I64U, W_F64_PROMOTE,
    W_SLOW, /* from here on, done by wm_slow */
    W_TAIL_CALL = W_SLOW, W_TAIL_CALL_INDIRECT, W_MEMORY_GROW, W_MEMORY_COPY, W_MEMORY_FILL, W_MEMORY_INIT, W_DATA_DROP,
    W_TABLE_GET, W_TABLE_SET, W_TABLE_SIZE, W_TABLE_GROW, W_TABLE_FILL, W_TABLE_COPY, W_TABLE_INIT, W_ELEM_DROP,
    W_REF_FUNC, W_REF_GLOBAL_GET, W_REF_GLOBAL_SET, W_COUNT,
};
_Static_assert(W_COUNT <= 256, "operations are bytes");

/* Where an operand of the stack is. */
enum { IN_SLOT, IN_LOCAL, IN_CONST };

typedef struct {
    uint8_t type, in;
    uint32_t pc; /* of what pushed it, for errors */
    uint64_t v;  /* the local's index, or the constant */
} wm_operand;

typedef struct {
    uint8_t kind; /* the opcode; 0x05 in an else */
    const uint8_t *op;
    bool dead; /* what is read cannot be reached, and its operands may be any */
    bool mute; /* nor can what is around the block: nothing is emitted */
    uint32_t height; /* of the operand stack below its parameters */
    const uint8_t *in, *out;
    uint32_t ins, outs;
    uint32_t start; /* of a loop's code */
    uint32_t patch, other; /* lists of branches to its end, and of the one to its else; 0: none */
} wm_block;

typedef struct {
    uint32_t at, next;
} wm_patch;

typedef struct {
    wm_reader *r;
    wm_module *m;
    const uint8_t *op; /* of the instruction that is read */
    uint8_t *locals;
    uint32_t local_count, base; /* base: the slot of the lowest operand */
    uint64_t *code;
    uint32_t words, code_size;
    wm_operand *stack;
    uint32_t height, stack_size, highest, settled; /* below settled nothing is IN_LOCAL */
    wm_block *blocks;
    uint32_t depth, blocks_size;
    wm_patch *patches;
    uint32_t patch_count, patches_size;
    uint32_t barrier; /* a branch may come to here: what lies before is not changed */
} wm_trans;

static const char *wm_op_name(const uint8_t *p)
{
    static const char *const names[] = {
        "unreachable", "nop", "block", "loop", "if", "else", "try", "catch", "throw", "rethrow", "throw_ref", "end", "br", "br_if", "br_table", "return",
        "call_function", "call_indirect", "return_call", "return_call_indirect", "call_ref", "return_call_ref", "", "", "delegate", "catch_all", "drop", "select", "select", "", "", "",
        "local.get", "local.set", "local.tee", "global.get", "global.set", "table.get", "table.set", "",
        "i32.load", "i64.load", "f32.load", "f64.load", "i32.load8_s", "i32.load8_u", "i32.load16_s", "i32.load16_u", "i64.load8_s", "i64.load8_u", "i64.load16_s", "i64.load16_u", "i64.load32_s", "i64.load32_u",
        "i32.store", "i64.store", "f32.store", "f64.store", "i32.store8", "i32.store16", "i64.store8", "i64.store16", "i64.store32", "memory.size", "memory.grow",
        "i32.const", "i64.const", "f32.const", "f64.const",
        "i32.eqz", "i32.eq", "i32.ne", "i32.lt_s", "i32.lt_u", "i32.gt_s", "i32.gt_u", "i32.le_s", "i32.le_u", "i32.ge_s", "i32.ge_u",
        "i64.eqz", "i64.eq", "i64.ne", "i64.lt_s", "i64.lt_u", "i64.gt_s", "i64.gt_u", "i64.le_s", "i64.le_u", "i64.ge_s", "i64.ge_u",
        "f32.eq", "f32.ne", "f32.lt", "f32.gt", "f32.le", "f32.ge", "f64.eq", "f64.ne", "f64.lt", "f64.gt", "f64.le", "f64.ge",
        "i32.clz", "i32.ctz", "i32.popcnt", "i32.add", "i32.sub", "i32.mul", "i32.div_s", "i32.div_u", "i32.rem_s", "i32.rem_u", "i32.and", "i32.or", "i32.xor", "i32.shl", "i32.shr_s", "i32.shr_u", "i32.rol", "i32.ror",
        "i64.clz", "i64.ctz", "i64.popcnt", "i64.add", "i64.sub", "i64.mul", "i64.div_s", "i64.div_u", "i64.rem_s", "i64.rem_u", "i64.and", "i64.or", "i64.xor", "i64.shl", "i64.shr_s", "i64.shr_u", "i64.rol", "i64.ror",
        "f32.abs", "f32.neg", "f32.ceil", "f32.floor", "f32.trunc", "f32.nearest", "f32.sqrt", "f32.add", "f32.sub", "f32.mul", "f32.div", "f32.min", "f32.max", "f32.copysign",
        "f64.abs", "f64.neg", "f64.ceil", "f64.floor", "f64.trunc", "f64.nearest", "f64.sqrt", "f64.add", "f64.sub", "f64.mul", "f64.div", "f64.min", "f64.max", "f64.copysign",
        "i32.wrap_i64", "i32.trunc_f32_s", "i32.trunc_f32_u", "i32.trunc_f64_s", "i32.trunc_f64_u", "i64.extend_i32_s", "i64.extend_i32_u", "i64.trunc_f32_s", "i64.trunc_f32_u", "i64.trunc_f64_s", "i64.trunc_f64_u",
        "f32.convert_i32_s", "f32.convert_i32_u", "f32.convert_i64_s", "f32.convert_i64_u", "f32.demote_f64", "f64.convert_i32_s", "f64.convert_i32_u", "f64.convert_i64_s", "f64.convert_i64_u", "f64.promote_f32",
        "i32.reinterpret_f32", "i64.reinterpret_f64", "f32.reinterpret_i32", "f64.reinterpret_i64", "i32.extend8_s", "i32.extend16_s", "i64.extend8_s", "i64.extend16_s", "i64.extend32_s",
    };
    static const char *const more[] = {
        "i32.trunc_sat_f32_s", "i32.trunc_sat_f32_u", "i32.trunc_sat_f64_s", "i32.trunc_sat_f64_u", "i64.trunc_sat_f32_s", "i64.trunc_sat_f32_u", "i64.trunc_sat_f64_s", "i64.trunc_sat_f64_u",
        "memory.init", "data.drop", "memory.copy", "memory.fill", "table.init", "elem.drop", "table.copy", "table.grow", "table.size", "table.fill",
    };
    if (*p < countof(names))
        return names[*p];
    if (*p == 0xd0)
        return "ref.null";
    if (*p == 0xd1)
        return "ref.is_null";
    if (*p == 0xd2)
        return "ref.func";
    if (*p == 0xfc && p[1] < countof(more)) /* read before: its bytes are there */
        return more[p[1]];
    return "";
}

static bool t_dead(wm_trans *t)
{
    wm_block *b = &t->blocks[t->depth - 1];
    return b->dead || b->mute;
}

static uint32_t t_word(wm_trans *t, uint64_t w)
{
    if (t_dead(t))
        return 0;
    if (!wm_room(t->r, (void **)&t->code, &t->code_size, t->words, sizeof *t->code))
        return 0;
    if (t->words >= WM_CODE) {
        wm_fail(t->r, t->op, "function is too large: it takes more than %u words of code", WM_CODE);
        return 0;
    }
    t->code[t->words] = w;
    return t->words++;
}

static uint32_t t_emit(wm_trans *t, int op, uint32_t a, uint32_t b, uint32_t c)
{
    return t_word(t, op | a << 8 | (uint64_t)b << 24 | (uint64_t)c << 40);
}

#define CODE_OP(w) ((uint8_t)(w))
#define CODE_A(w) ((uint16_t)((w) >> 8))
#define CODE_B(w) ((uint16_t)((w) >> 24))
#define CODE_C(w) ((uint32_t)((w) >> 40))

static uint32_t t_slot(wm_trans *t, uint32_t pos) { return t->base + pos; }

static void t_put_const(wm_trans *t, uint32_t slot, uint64_t v)
{
    if (v >> 32 == 0) {
        t_emit(t, W_CONST32, slot, v & 0xffff, v >> 16);
    } else if ((int64_t)v == (int32_t)v) {
        t_emit(t, W_CONST32S, slot, v & 0xffff, v >> 16 & 0xffff);
    } else {
        t_emit(t, W_CONST64, slot, 0, 0);
        t_word(t, v);
        t->barrier = t->words; /* its second word may look like anything */
    }
}

/* t_move emits the move of an operand at pos to a slot. */
static void t_move(wm_trans *t, const wm_operand *o, uint32_t pos, uint32_t slot)
{
    if (o->in == IN_CONST)
        t_put_const(t, slot, o->v);
    else if (o->in == IN_LOCAL)
        t_emit(t, W_COPY, slot, o->v, 0);
    else if (slot != t_slot(t, pos))
        t_emit(t, W_COPY, slot, t_slot(t, pos), 0);
}

/* t_settle brings the operand at pos to its own slot. */
static void t_settle(wm_trans *t, uint32_t pos)
{
    wm_operand *o = &t->stack[pos];
    t_move(t, o, pos, t_slot(t, pos));
    o->in = IN_SLOT;
}

/* t_settle_locals settles all that is read from locals; from pos on everything. */
static void t_settle_locals(wm_trans *t, uint32_t pos)
{
    uint32_t i;
    for (i = t->settled < pos ? t->settled : pos; i < t->height; i++)
        if (i >= pos || t->stack[i].in == IN_LOCAL)
            t_settle(t, i);
    t->settled = t->height;
}

/* t_reg is the slot where an operand that was popped from pos can be read. */
static uint32_t t_reg(wm_trans *t, const wm_operand *o, uint32_t pos)
{
    if (o->in == IN_LOCAL)
        return o->v;
    t_move(t, o, pos, t_slot(t, pos));
    return t_slot(t, pos);
}

static void t_push(wm_trans *t, uint8_t type, uint8_t in, uint64_t v)
{
    wm_operand *o;
    if (!wm_room(t->r, (void **)&t->stack, &t->stack_size, t->height, sizeof *t->stack))
        return;
    o = &t->stack[t->height++];
    o->type = type;
    o->in = in;
    o->pc = t->op - t->m->bytes;
    o->v = v;
    if (t->height > t->highest)
        t->highest = t->height;
    if (t->base + t->height > WM_SLOTS)
        wm_fail(t->r, t->op, "function needs more than %u slots for locals and operands", WM_SLOTS);
}

/* t_pop pops the operand number arg of the instruction; *pos is where it was. */
static wm_operand t_pop(wm_trans *t, uint8_t want, int arg, uint32_t *pos)
{
    wm_block *b = &t->blocks[t->depth - 1];
    wm_operand o = { WT_ANY, IN_SLOT, 0, 0 };
    if (t->height == b->height) {
        *pos = t->height;
        if (!b->dead)
            wm_fail(t->r, t->op, "not enough arguments on the stack for %s (need %d, got %d)", wm_op_name(t->op), arg + 1, arg);
        return o;
    }
    o = t->stack[--t->height];
    if (t->settled > t->height)
        t->settled = t->height;
    *pos = t->height;
    if (o.type != want && want != WT_ANY && o.type != WT_ANY)
        wm_fail(t->r, t->m->bytes + o.pc, "%s[%d] expected type %s, found %s of type %s", wm_op_name(t->op), arg, wm_type_name(want), wm_op_name(t->m->bytes + o.pc), wm_type_name(o.type));
    return o;
}

/* t_args checks that the stack has at least n operands for the instruction. */
static bool t_args(wm_trans *t, uint32_t n)
{
    wm_block *b = &t->blocks[t->depth - 1];
    if (t->height - b->height < n && !b->dead) {
        wm_fail(t->r, t->op, "not enough arguments on the stack for %s (need %u, got %u)", wm_op_name(t->op), n, t->height - b->height);
        return false;
    }
    return true;
}

/* t_last is the word of the last instruction, if that is one word, wrote the slot
 * for pos, and no branch comes in behind it; else NULL. */
static uint64_t *t_last(wm_trans *t, const wm_operand *o, uint32_t pos)
{
    uint64_t *w;
    if (o->in != IN_SLOT || t->words <= t->barrier || t_dead(t))
        return NULL;
    w = &t->code[t->words - 1];
    if (CODE_OP(*w) < W_COPY || CODE_OP(*w) >= W_SLOW || CODE_A(*w) != t_slot(t, pos))
        return NULL;
    switch (CODE_OP(*w)) {
    case W_SELECT: case W_GLOBAL_SET: case W_STORE8: case W_STORE16: case W_STORE32: case W_STORE64:
        return NULL;
    }
    return CODE_OP(*w) >= W_BR_CMP && CODE_OP(*w) < W_I32_CLZ ? NULL : w;
}

static void t_unary(wm_trans *t, uint8_t in, uint8_t out, int op)
{
    uint32_t pos, x;
    wm_operand o = t_pop(t, in, 0, &pos);
    x = t_reg(t, &o, pos);
    t_emit(t, op, t_slot(t, pos), x, 0);
    t_push(t, out, IN_SLOT, 0);
}

static bool t_const32(const wm_operand *o, uint8_t type, int64_t least, int64_t most, int64_t *v)
{
    if (o->in != IN_CONST)
        return false;
    *v = type == WT_I32 ? (int32_t)o->v : (int64_t)o->v;
    return *v >= least && *v <= most;
}

/* t_immediate is the operation with a constant of 24 bits, or 0; *v is the constant. */
static int t_immediate(int op, int64_t *v)
{
    int wide = op >= W_I64_ADD ? W_I64_ADDI - W_I32_ADDI : 0;
    switch (op) {
    case W_I32_SUB: case W_I64_SUB:
        *v = -*v;
        return W_I32_ADDI + wide;
    case W_I32_ADD: case W_I64_ADD: return W_I32_ADDI + wide;
    case W_I32_MUL: case W_I64_MUL: return W_I32_MULI + wide;
    case W_I32_AND: case W_I64_AND: return W_I32_ANDI + wide;
    case W_I32_OR: case W_I64_OR: return W_I32_ORI + wide;
    case W_I32_XOR: case W_I64_XOR: return W_I32_XORI + wide;
    case W_I32_SHL: case W_I64_SHL: return W_I32_SHLI + wide;
    case W_I32_SHRS: case W_I64_SHRS: return W_I32_SHRSI + wide;
    case W_I32_SHRU: case W_I64_SHRU: return W_I32_SHRUI + wide;
    }
    return 0;
}

static void t_binary(wm_trans *t, uint8_t type, uint8_t out, int op)
{
    uint32_t px, py, x;
    wm_operand oy, ox;
    int64_t v;
    int imm;
    if (!t_args(t, 2))
        return;
    oy = t_pop(t, type, 1, &py);
    ox = t_pop(t, type, 0, &px);
    if (op >= W_I32_ADD && op <= W_I64_ROTR) {
        if (ox.in == IN_CONST && oy.in != IN_CONST && (op == W_I32_ADD || op == W_I64_ADD || op == W_I32_MUL || op == W_I64_MUL ||
                                                       (op >= W_I32_AND && op <= W_I32_XOR) || (op >= W_I64_AND && op <= W_I64_XOR))) {
            wm_operand o = ox;
            uint32_t p = px;
            ox = oy, px = py;
            oy = o, py = p;
        }
        if (t_const32(&oy, type, -0x7fffff, 0x7fffff, &v) && (imm = t_immediate(op, &v))) {
            x = t_reg(t, &ox, px);
            t_emit(t, imm, t_slot(t, t->height), x, v & 0xffffff);
            t_push(t, out, IN_SLOT, 0);
            return;
        }
    }
    x = t_reg(t, &ox, px);
    t_emit(t, op, t_slot(t, t->height), x, t_reg(t, &oy, py));
    t_push(t, out, IN_SLOT, 0);
}

enum { CMP_EQ, CMP_NE, CMP_LTS, CMP_LTU, CMP_GES, CMP_GEU };

/* t_compare is for integers; all ten comparisons come down to six. */
static void t_compare(wm_trans *t, uint8_t type, int which)
{
    static const uint8_t ops[] = { CMP_EQ, CMP_NE, CMP_LTS, CMP_LTU, CMP_LTS, CMP_LTU, CMP_GES, CMP_GEU, CMP_GES, CMP_GEU };
    uint32_t px, py, x;
    wm_operand ox, oy;
    int64_t v;
    int op = ops[which], first = type == WT_I32 ? W_CMP_I32 : W_CMP_I64;
    if (!t_args(t, 2))
        return;
    oy = t_pop(t, type, 1, &py);
    ox = t_pop(t, type, 0, &px);
    if (which >= 4 && which <= 7) { /* gt and le: lt and ge the other way round */
        wm_operand o = ox;
        uint32_t p = px;
        ox = oy, px = py;
        oy = o, py = p;
    }
    if (t_const32(&oy, type, INT16_MIN, INT16_MAX, &v)) {
        x = t_reg(t, &ox, px);
        t_emit(t, first + 6 + op, t_slot(t, t->height), x, v & 0xffffff);
    } else if (t_const32(&ox, type, INT16_MIN, INT16_MAX - 1, &v) && !((op == CMP_LTU || op == CMP_GEU) && v == -1)) {
        /* v < y is y >= v + 1 */
        x = t_reg(t, &oy, py);
        if (op >= CMP_LTS) {
            op = op == CMP_LTS ? CMP_GES : op == CMP_LTU ? CMP_GEU : op == CMP_GES ? CMP_LTS : CMP_LTU;
            v++;
        }
        t_emit(t, first + 6 + op, t_slot(t, t->height), x, v & 0xffffff);
    } else {
        x = t_reg(t, &ox, px);
        t_emit(t, first + op, t_slot(t, t->height), x, t_reg(t, &oy, py));
    }
    t_push(t, WT_I32, IN_SLOT, 0);
}

static int t_negated(int cmp)
{
    static const uint8_t other[] = { CMP_NE, CMP_EQ, CMP_GES, CMP_GEU, CMP_LTS, CMP_LTU };
    return cmp - (cmp - W_CMP) % 6 + other[(cmp - W_CMP) % 6];
}

static void t_eqz(wm_trans *t, uint8_t type)
{
    uint32_t pos, x;
    wm_operand o = t_pop(t, type, 0, &pos);
    uint64_t *w = t_last(t, &o, pos);
    if (w && type == WT_I32 && CODE_OP(*w) >= W_CMP && CODE_OP(*w) < W_BR_CMP) {
        *w = (*w & ~(uint64_t)0xff) | t_negated(CODE_OP(*w));
    } else {
        x = t_reg(t, &o, pos);
        t_emit(t, (type == WT_I32 ? W_CMP_I32_IMM : W_CMP_I64_IMM) + CMP_EQ, t_slot(t, pos), x, 0);
    }
    t_push(t, WT_I32, IN_SLOT, 0);
}

/* t_condition pops a condition, as a comparison: a word whose a, b and c are those of a comparison. */
static uint64_t t_condition(wm_trans *t, int arg)
{
    uint32_t pos, x;
    wm_operand o = t_pop(t, WT_I32, arg, &pos);
    uint64_t *w = t_last(t, &o, pos);
    if (w && CODE_OP(*w) >= W_CMP && CODE_OP(*w) < W_BR_CMP) {
        t->words--;
        return *w;
    }
    x = t_reg(t, &o, pos);
    return W_CMP_I32_IMM + CMP_NE | (uint64_t)x << 24;
}

/* t_branch_if emits a branch on a condition, and returns where it is. */
static uint32_t t_branch_if(wm_trans *t, uint64_t cond, bool negate)
{
    int op = CODE_OP(cond);
    if (negate)
        op = t_negated(op);
    return t_emit(t, op - W_CMP + W_BR_CMP, CODE_B(cond), CODE_C(cond) & 0xffff, 0);
}

static void t_aim(wm_trans *t, uint32_t at, uint32_t target)
{
    if (at < t->words)
        t->code[at] = (t->code[at] & 0xffffffffff) | (uint64_t)((target - at - 1) & 0xffffff) << 40;
}

static void t_later(wm_trans *t, uint32_t at, uint32_t *list)
{
    if (t_dead(t) || t->r->failed)
        return;
    if (t->patch_count == 0)
        t->patch_count = 1; /* 0 is none */
    if (!wm_room(t->r, (void **)&t->patches, &t->patches_size, t->patch_count, sizeof *t->patches))
        return;
    t->patches[t->patch_count].at = at;
    t->patches[t->patch_count].next = *list;
    *list = t->patch_count++;
}

/* t_bind lets a list of branches go to where the next instruction will be. */
static void t_bind(wm_trans *t, uint32_t *list)
{
    uint32_t i;
    if (t->r->failed)
        return;
    for (i = *list; i; i = t->patches[i].next)
        t_aim(t, t->patches[i].at, t->words);
    *list = 0;
    t->barrier = t->words;
}

/* t_reach lets the branch at `at` go to a block's label. */
static void t_reach(wm_trans *t, uint32_t at, wm_block *b)
{
    if (b->kind == 0x03)
        t_aim(t, at, b->start);
    else
        t_later(t, at, &b->patch);
}

static void t_label(const wm_block *b, const uint8_t **types, uint32_t *n)
{
    *types = b->kind == 0x03 ? b->in : b->out;
    *n = b->kind == 0x03 ? b->ins : b->outs;
}

enum { T_EXACT = 1, T_KEEP = 2 };

/* t_check checks that the operands on top have these types, and makes known what
 * is not, but for T_KEEP. T_EXACT: there are no others. */
static void t_check(wm_trans *t, const uint8_t *types, uint32_t n, const char *where, int how)
{
    wm_block *b = &t->blocks[t->depth - 1];
    uint32_t have = t->height - b->height, i;
    wm_operand *o;
    if ((have > n && (how & T_EXACT)) || (have < n && !b->dead)) {
        wm_fail(t->r, t->op, "expected %u elements on the stack for %s, found %u", n, where, have);
        return;
    }
    if (have > n)
        have = n;
    for (i = 0; i < have; i++) {
        o = &t->stack[t->height - have + i];
        if (o->type != types[n - have + i] && o->type != WT_ANY) {
            wm_fail(t->r, t->op, "type error in %s[%u] (expected %s, got %s)", where, n - have + i, wm_type_name(types[n - have + i]), wm_type_name(o->type));
            return;
        }
    }
    if (how & T_KEEP)
        return;
    if (have < n) {
        t->height -= have;
        for (i = 0; i < n; i++)
            t_push(t, types[i], IN_SLOT, 0);
    } else {
        for (i = 0; i < n; i++)
            t->stack[t->height - n + i].type = types[i];
    }
}

static void t_return(wm_trans *t)
{
    uint32_t n = t->blocks[0].outs, pos = t->height - n, i;
    wm_operand o;
    if (t_dead(t) || t->r->failed)
        return;
    if (n == 0) {
        t_emit(t, W_RET0, 0, 0, t->local_count);
    } else if (n == 1) {
        o = t->stack[pos];
        t_emit(t, W_RET1, t_reg(t, &o, pos), 0, t->local_count);
    } else {
        for (i = 0; i < n; i++)
            t_move(t, &t->stack[pos + i], pos + i, t_slot(t, pos + i));
        t_emit(t, W_RETN, t_slot(t, pos), n, t->local_count);
    }
}

/* t_go emits a branch with its values, which were checked; they stay on the stack. */
static void t_go(wm_trans *t, wm_block *b)
{
    const uint8_t *types;
    uint32_t n, i, pos;
    if (t_dead(t) || t->r->failed)
        return;
    if (b == t->blocks) {
        t_return(t);
        return;
    }
    t_label(b, &types, &n);
    for (i = 0; i < n; i++) {
        pos = t->height - n + i;
        t_move(t, &t->stack[pos], pos, t_slot(t, b->height + i));
    }
    i = t_emit(t, W_BR, 0, 0, 0);
    t_reach(t, i, b);
}

/* t_plain reports whether a branch to a block has no value to move. */
static bool t_plain(wm_trans *t, wm_block *b)
{
    const uint8_t *types;
    uint32_t n, i, pos;
    t_label(b, &types, &n);
    if (b == t->blocks)
        return false;
    for (i = 0; i < n; i++) {
        pos = t->height - n + i;
        if (t->stack[pos].in != IN_SLOT || pos != b->height + i)
            return false;
    }
    return true;
}

static void t_unreachable(wm_trans *t)
{
    wm_block *b = &t->blocks[t->depth - 1];
    b->dead = true;
    t->height = b->height;
    if (t->settled > t->height)
        t->settled = t->height;
}

static wm_block *t_target(wm_trans *t)
{
    const uint8_t *at = t->r->p;
    uint32_t n = wm_u32(t->r, "branch depth");
    if (n >= t->depth) {
        wm_fail(t->r, at, "invalid branch depth: %u", n);
        return t->blocks;
    }
    return &t->blocks[t->depth - 1 - n];
}

static void t_br_if(wm_trans *t)
{
    wm_block *b = t_target(t);
    const uint8_t *types;
    uint32_t n, at, skip = 0;
    uint64_t cond;
    if (t->r->failed)
        return;
    t_label(b, &types, &n);
    cond = t_condition(t, 0);
    t_check(t, types, n, "branch", 0);
    if (t->r->failed || t_dead(t))
        return;
    if (t_plain(t, b)) {
        at = t_branch_if(t, cond, false);
        t_reach(t, at, b);
    } else {
        at = t_branch_if(t, cond, true);
        t_later(t, at, &skip);
        t_go(t, b);
        t_bind(t, &skip);
    }
    t->barrier = t->words;
}

static void t_br_table(wm_trans *t)
{
    wm_reader *r = t->r;
    const uint8_t *at = r->p, *types, *types0 = NULL;
    uint32_t count = wm_u32(r, "table count"), pos, i, n, n0 = 0, first, x;
    wm_operand o;
    wm_block *b;
    uint32_t stub;
    if (count > WM_BR_TABLE || count > r->end - r->p) {
        wm_fail(r, at, "invalid table count (> max br_table size): %u", count);
        return;
    }
    o = t_pop(t, WT_I32, 0, &pos);
    x = t_reg(t, &o, pos);
    t_emit(t, W_BR_TABLE, x, 0, count);
    first = t->words;
    for (i = 0; i <= count; i++)
        t_emit(t, W_BR, 0, 0, 0);
    for (i = 0; i <= count && !r->failed; i++) {
        at = r->p;
        b = t_target(t);
        if (r->failed)
            return;
        t_label(b, &types, &n);
        if (i == 0)
            n0 = n;
        else if (n != n0) {
            wm_fail(r, at, "br_table: label arity inconsistent with previous %u", n0);
            return;
        }
        t_check(t, types, n, "branch", T_KEEP);
        if (r->failed || t_dead(t))
            continue;
        if (t_plain(t, b)) {
            t_reach(t, first + i, b);
        } else {
            stub = 0;
            t_later(t, first + i, &stub);
            t_bind(t, &stub);
            t_go(t, b);
        }
    }
    t_unreachable(t);
}

static void t_enter(wm_trans *t, uint8_t kind, const uint8_t *in, uint32_t ins, const uint8_t *out, uint32_t outs)
{
    wm_block *b;
    bool mute = t->depth && t_dead(t);
    if (!wm_room(t->r, (void **)&t->blocks, &t->blocks_size, t->depth, sizeof *t->blocks))
        return;
    b = &t->blocks[t->depth++];
    b->kind = kind;
    b->op = t->op;
    b->dead = false;
    b->mute = mute;
    b->height = t->height - ins;
    b->in = in;
    b->ins = ins;
    b->out = out;
    b->outs = outs;
    b->start = t->words;
    b->patch = b->other = 0;
}

static void t_block(wm_trans *t, uint8_t kind)
{
    wm_reader *r = t->r;
    const uint8_t *at = r->p, *in = NULL, *out = NULL;
    uint32_t ins = 0, outs = 0, branch, i;
    uint64_t cond = 0;
    int64_t bt;
    if (r->p < r->end && (*r->p == 0x40 || wm_is_value(*r->p) || *r->p == 0x7b)) {
        if (*r->p != 0x40) {
            out = r->p; /* the byte itself is the list of types */
            outs = 1;
            wm_value_type(r);
        } else {
            r->p++;
        }
    } else {
        bt = wm_leb(r, 33, true, "block type index");
        if (r->failed)
            return;
        if (bt < 0) {
            wm_fail(r, at, "invalid block type %d", (int)bt);
            return;
        }
        if (bt >= t->m->type_count) {
            wm_fail(r, at, "block type index %u is not a signature definition", (uint32_t)bt);
            return;
        }
        in = t->m->types[bt]->types;
        ins = t->m->types[bt]->params;
        out = in + ins;
        outs = t->m->types[bt]->results;
    }
    if (r->failed)
        return;
    if (kind == 0x04)
        cond = t_condition(t, 0);
    if (!t_args(t, ins))
        return;
    for (i = 0; i < ins && i < t->height - t->blocks[t->depth - 1].height; i++) {
        wm_operand *o = &t->stack[t->height - 1 - i];
        if (o->type != in[ins - 1 - i] && o->type != WT_ANY)
            wm_fail(r, t->m->bytes + o->pc, "%s[%u] expected type %s, found %s of type %s", wm_op_name(t->op), ins - 1 - i, wm_type_name(in[ins - 1 - i]), wm_op_name(t->m->bytes + o->pc), wm_type_name(o->type));
    }
    t_check(t, in, ins, wm_op_name(t->op), 0);
    if (r->failed)
        return;
    t_settle_locals(t, t->height - ins);
    if (kind == 0x04) {
        branch = t_branch_if(t, cond, true);
        t_enter(t, kind, in, ins, out, outs);
        if (!r->failed)
            t_later(t, branch, &t->blocks[t->depth - 1].other);
    } else {
        t_enter(t, kind, in, ins, out, outs);
    }
    t->barrier = t->words;
}

static void t_push_all(wm_trans *t, const uint8_t *types, uint32_t n)
{
    uint32_t i;
    for (i = 0; i < n; i++)
        t_push(t, types[i], IN_SLOT, 0);
}

/* t_fall checks what a block leaves behind, and brings it to where its label's values are. */
static void t_fall(wm_trans *t)
{
    wm_block *b = &t->blocks[t->depth - 1];
    t_check(t, b->out, b->outs, "fallthru", T_EXACT);
    if (!t->r->failed && t->depth > 1)
        t_settle_locals(t, t->height - b->outs);
}

static void t_else(wm_trans *t)
{
    wm_block *b = &t->blocks[t->depth - 1];
    uint32_t at;
    if (b->kind != 0x04) {
        wm_fail(t->r, t->op, "else does not match an if");
        return;
    }
    t_fall(t);
    if (t->r->failed)
        return;
    if (!t_dead(t)) {
        at = t_emit(t, W_BR, 0, 0, 0);
        t_later(t, at, &b->patch);
    }
    t_bind(t, &b->other);
    b->kind = 0x05;
    b->dead = false;
    t->height = t->settled = b->height;
    t_push_all(t, b->in, b->ins);
}

static void t_end(wm_trans *t)
{
    wm_block *b = &t->blocks[t->depth - 1], old;
    if (b->kind == 0x04 && (b->ins != b->outs || (b->ins && memcmp(b->in, b->out, b->ins)))) {
        if (b->ins != b->outs)
            wm_fail(t->r, b->op, "start-arity and end-arity of one-armed if must match");
        else
            wm_fail(t->r, t->op, "type error in fallthru[0] (expected %s, got %s)", wm_type_name(b->out[0]), wm_type_name(b->in[0]));
        return;
    }
    t_fall(t);
    if (t->r->failed)
        return;
    if (t->depth == 1) {
        t_return(t);
        t->depth = 0;
        return;
    }
    old = *b;
    t->depth--;
    t_bind(t, &old.other);
    t_bind(t, &old.patch);
    t->height = old.height;
    if (t->settled > t->height)
        t->settled = t->height;
    t_push_all(t, old.out, old.outs);
}

/* t_call emits a call whose arguments are on the stack. */
static void t_call(wm_trans *t, const wm_type *type, int op, uint32_t b, uint32_t c, bool tail)
{
    uint32_t n = type->params, i, pos, first;
    uint8_t *p = (uint8_t *)type->types;
    if (!t_args(t, n))
        return;
    for (i = n; i-- > 0;) {
        wm_operand o = t_pop(t, p[i], i, &pos);
        if (t->r->failed)
            return;
        t_move(t, &o, pos, t_slot(t, pos));
    }
    first = t_slot(t, t->height);
    t_emit(t, op, first, b, c);
    if (op == W_CALL_INDIRECT || op == W_TAIL_CALL_INDIRECT)
        t_word(t, (uintptr_t)type);
    if (tail && (type->results != t->blocks[0].outs || memcmp(p + n, t->blocks[0].out, type->results))) {
        wm_fail(t->r, t->op, "%s: tail call type error", wm_op_name(t->op));
        return;
    }
    t_push_all(t, p + n, type->results);
    t->barrier = t->words;
    if (tail && !t->r->failed) {
        t_return(t); /* for a callee that is no function of this instance */
        t_unreachable(t);
    }
}

static void t_call_indirect(wm_trans *t, int op, bool tail)
{
    wm_reader *r = t->r;
    const uint8_t *at = r->p;
    uint32_t type = wm_u32(r, "signature index"), table, pos, x;
    wm_operand o;
    if (type >= t->m->type_count) {
        wm_fail(r, at, "invalid signature index: #%u", type);
        return;
    }
    at = r->p;
    table = wm_u32(r, "table index");
    if (table >= t->m->table_count) {
        wm_fail(r, at, "invalid table index: %u", table);
        return;
    }
    if (t->m->tables[table].type != WT_FUNC) {
        wm_fail(r, at, "call_indirect: immediate table of type %s is not of function type", wm_type_name(t->m->tables[table].type));
        return;
    }
    o = t_pop(t, WT_I32, t->m->types[type]->params, &pos);
    x = t_reg(t, &o, pos);
    t_call(t, t->m->types[type], op, x, table, tail);
}

/* t_memory checks that there is a memory for an access with this alignment, and returns its offset. */
static uint32_t t_memory(wm_trans *t, uint32_t most)
{
    wm_reader *r = t->r;
    const uint8_t *at = r->p;
    uint32_t align = wm_u32(r, "alignment"), offset;
    if (align > most) {
        wm_fail(r, at, "invalid alignment; expected maximum alignment is %u, actual alignment is %u", most, align);
        return 0;
    }
    offset = wm_u32(r, "offset");
    if (!t->m->memory_count)
        wm_fail(r, at, "memory instruction with no memory");
    return offset;
}

/* t_address is a slot with an address, from which *offset is to be added. */
static uint32_t t_address(wm_trans *t, const wm_operand *o, uint32_t pos, uint32_t *offset)
{
    uint32_t x = t_reg(t, o, pos);
    if (*offset <= 0xffffff)
        return x;
    t_emit(t, W_ADDRESS, t_slot(t, pos), x, 0);
    t_word(t, *offset);
    t->barrier = t->words;
    *offset = 0;
    return t_slot(t, pos);
}

static void t_load(wm_trans *t, uint8_t type, int op, uint32_t align)
{
    uint32_t offset = t_memory(t, align), pos, x;
    wm_operand o = t_pop(t, WT_I32, 0, &pos);
    x = t_address(t, &o, pos, &offset);
    t_emit(t, op, t_slot(t, pos), x, offset);
    t_push(t, type, IN_SLOT, 0);
}

static void t_store(wm_trans *t, uint8_t type, int op, uint32_t align)
{
    uint32_t offset = t_memory(t, align), pv, pa, x;
    wm_operand ov, oa;
    if (!t_args(t, 2))
        return;
    ov = t_pop(t, type, 1, &pv);
    oa = t_pop(t, WT_I32, 0, &pa);
    x = t_address(t, &oa, pa, &offset);
    t_emit(t, op, x, t_reg(t, &ov, pv), offset);
    t->barrier = t->words;
}

static void t_set_local(wm_trans *t, uint32_t local, wm_operand *o, uint32_t pos)
{
    uint64_t *w = t_last(t, o, pos);
    uint32_t i;
    bool used = false;
    for (i = t->settled; i < t->height; i++)
        used |= t->stack[i].in == IN_LOCAL && t->stack[i].v == local;
    if (w && !used) {
        *w = (*w & ~(uint64_t)0xffff00) | local << 8;
        t->barrier = t->words; /* it is no operand's any more */
        return;
    }
    if (used)
        for (i = t->settled; i < t->height; i++)
            if (t->stack[i].in == IN_LOCAL && t->stack[i].v == local)
                t_settle(t, i);
    if (o->in == IN_LOCAL && o->v == local)
        return;
    t_move(t, o, pos, local);
    t->barrier = t->words;
}

static void t_three(wm_trans *t, int op, uint32_t c, uint8_t t0, uint8_t t1, uint8_t t2)
{
    wm_operand o;
    uint32_t pos;
    if (!t_args(t, 3))
        return;
    o = t_pop(t, t2, 2, &pos);
    t_move(t, &o, pos, t_slot(t, pos));
    o = t_pop(t, t1, 1, &pos);
    t_move(t, &o, pos, t_slot(t, pos));
    o = t_pop(t, t0, 0, &pos);
    t_move(t, &o, pos, t_slot(t, pos));
    t_emit(t, op, t_slot(t, pos), 0, c);
    t->barrier = t->words;
}

static uint32_t t_index(wm_trans *t, uint32_t count, const char *what, const char *error)
{
    const uint8_t *at = t->r->p;
    uint32_t n = wm_u32(t->r, what);
    if (n >= count) {
        wm_fail(t->r, at, error, n);
        return 0;
    }
    return n;
}

static uint32_t t_table(wm_trans *t) { return t_index(t, t->m->table_count, "table index", "table index %u out of range"); }

static void t_select(wm_trans *t, uint8_t want)
{
    uint32_t pc, p1, p2, c, x;
    wm_operand oc, o1, o2;
    uint8_t type;
    if (!t_args(t, 3))
        return;
    oc = t_pop(t, WT_I32, 2, &pc);
    o2 = t_pop(t, want, 1, &p2);
    o1 = t_pop(t, want, 0, &p1);
    type = want ? want : o1.type ? o1.type : o2.type;
    if (!want) {
        if (wm_is_ref(o1.type) || wm_is_ref(o2.type)) {
            wm_fail(t->r, t->op, "select without type is restricted to number and simd types");
            return;
        }
        if (o1.type && o2.type && o1.type != o2.type) {
            wm_fail(t->r, t->m->bytes + o1.pc, "select[0] expected type %s, found %s of type %s", wm_type_name(o2.type), wm_op_name(t->m->bytes + o1.pc), wm_type_name(o1.type));
            return;
        }
    }
    c = t_reg(t, &oc, pc);
    x = t_reg(t, &o2, p2);
    t_move(t, &o1, p1, t_slot(t, p1));
    t_emit(t, W_SELECT, t_slot(t, p1), x, c);
    t->barrier = t->words;
    t_push(t, type, IN_SLOT, 0);
}

/* t_retype gives the top operand another type of the same bits, or of its low ones. */
static void t_retype(wm_trans *t, uint8_t in, uint8_t out)
{
    uint32_t pos;
    wm_operand o = t_pop(t, in, 0, &pos);
    t_push(t, out, o.in, out == WT_I32 || out == WT_F32 ? (uint32_t)o.v : o.v);
}

static void t_numeric(wm_trans *t, uint8_t op)
{
    static const uint8_t trunc_in[] = { WT_F32, WT_F32, WT_F64, WT_F64 };
    static const uint8_t from[] = { WT_I32, WT_I32, WT_I64, WT_I64 };
    static const uint8_t float_cmp[] = { 0, 1, 2, 2, 3, 3 };
    uint32_t px, py;
    if (op == 0x45 || op == 0x50) {
        t_eqz(t, op == 0x45 ? WT_I32 : WT_I64);
    } else if (op <= 0x4f) {
        t_compare(t, WT_I32, op - 0x46);
    } else if (op <= 0x5a) {
        t_compare(t, WT_I64, op - 0x51);
    } else if (op <= 0x66) {
        uint8_t type = op <= 0x60 ? WT_F32 : WT_F64;
        int k = op - (op <= 0x60 ? 0x5b : 0x61);
        wm_operand ox, oy;
        uint32_t x, y;
        if (!t_args(t, 2))
            return;
        oy = t_pop(t, type, 1, &py);
        ox = t_pop(t, type, 0, &px);
        x = t_reg(t, &ox, px);
        y = t_reg(t, &oy, py);
        /* gt and ge: lt and le the other way round */
        t_emit(t, (type == WT_F32 ? W_F32_EQ : W_F64_EQ) + float_cmp[k], t_slot(t, px), k == 3 || k == 5 ? y : x, k == 3 || k == 5 ? x : y);
        t_push(t, WT_I32, IN_SLOT, 0);
    } else if (op <= 0x69) {
        t_unary(t, WT_I32, WT_I32, W_I32_CLZ + op - 0x67);
    } else if (op <= 0x78) {
        t_binary(t, WT_I32, WT_I32, W_I32_ADD + op - 0x6a);
    } else if (op <= 0x7b) {
        t_unary(t, WT_I64, WT_I64, W_I64_CLZ + op - 0x79);
    } else if (op <= 0x8a) {
        t_binary(t, WT_I64, WT_I64, W_I64_ADD + op - 0x7c);
    } else if (op <= 0x91) {
        t_unary(t, WT_F32, WT_F32, W_F32_ABS + op - 0x8b);
    } else if (op <= 0x98) {
        t_binary(t, WT_F32, WT_F32, W_F32_ADD + op - 0x92);
    } else if (op <= 0x9f) {
        t_unary(t, WT_F64, WT_F64, W_F64_ABS + op - 0x99);
    } else if (op <= 0xa6) {
        t_binary(t, WT_F64, WT_F64, W_F64_ADD + op - 0xa0);
    } else if (op == 0xa7) {
        t_retype(t, WT_I64, WT_I32);
    } else if (op <= 0xab) {
        t_unary(t, trunc_in[op - 0xa8], WT_I32, W_I32_TRUNC_F32S + op - 0xa8);
    } else if (op <= 0xad) {
        t_unary(t, WT_I32, WT_I64, op == 0xac ? W_EXT32S : W_EXT32U);
    } else if (op <= 0xb1) {
        t_unary(t, trunc_in[op - 0xae], WT_I64, W_I64_TRUNC_F32S + op - 0xae);
    } else if (op <= 0xb5) {
        t_unary(t, from[op - 0xb2], WT_F32, W_F32_FROM_I32S + op - 0xb2);
    } else if (op == 0xb6) {
        t_unary(t, WT_F64, WT_F32, W_F32_DEMOTE);
    } else if (op <= 0xba) {
        t_unary(t, from[op - 0xb7], WT_F64, W_F64_FROM_I32S + op - 0xb7);
    } else if (op == 0xbb) {
        t_unary(t, WT_F32, WT_F64, W_F64_PROMOTE);
    } else if (op == 0xbc) {
        t_retype(t, WT_F32, WT_I32);
    } else if (op == 0xbd) {
        t_retype(t, WT_F64, WT_I64);
    } else if (op == 0xbe) {
        t_retype(t, WT_I32, WT_F32);
    } else if (op == 0xbf) {
        t_retype(t, WT_I64, WT_F64);
    } else {
        static const uint8_t ext[] = { W_EXT8S, W_EXT16S, W_EXT8S, W_EXT16S, W_EXT32S };
        uint8_t type = op <= 0xc1 ? WT_I32 : WT_I64;
        t_unary(t, type, type, ext[op - 0xc0]);
    }
}

static void t_need_memory(wm_trans *t)
{
    if (wm_u8(t->r, "memory index") && !t->r->failed)
        wm_fail(t->r, t->r->p - 1, "multiple memories are not supported");
    else if (!t->m->memory_count)
        wm_fail(t->r, t->r->p - 1, "memory instruction with no memory");
}

static uint32_t t_data(wm_trans *t)
{
    const uint8_t *at = t->r->p;
    uint32_t n = wm_u32(t->r, "data segment index");
    if (t->r->data_count < 0)
        wm_fail(t->r, at, "data count section required");
    else if (n >= (uint32_t)t->r->data_count)
        wm_fail(t->r, at, "invalid data segment index: %u", n);
    return n;
}

static void t_prefixed(wm_trans *t)
{
    static const uint8_t in[] = { WT_F32, WT_F32, WT_F64, WT_F64 };
    wm_reader *r = t->r;
    uint32_t sub = wm_u32(r, "prefixed opcode index"), n, k, pos, x;
    wm_operand o;
    uint8_t type;
    switch (sub) {
    case 0: case 1: case 2: case 3: case 4: case 5: case 6: case 7:
        t_unary(t, in[sub & 3], sub < 4 ? WT_I32 : WT_I64, W_I32_SAT_F32S + sub);
        return;
    case 8:
        n = t_data(t);
        t_need_memory(t);
        t_three(t, W_MEMORY_INIT, n, WT_I32, WT_I32, WT_I32);
        return;
    case 9:
        n = t_data(t);
        t_emit(t, W_DATA_DROP, 0, 0, n);
        t->barrier = t->words;
        return;
    case 10:
        t_need_memory(t);
        t_need_memory(t);
        t_three(t, W_MEMORY_COPY, 0, WT_I32, WT_I32, WT_I32);
        return;
    case 11:
        t_need_memory(t);
        t_three(t, W_MEMORY_FILL, 0, WT_I32, WT_I32, WT_I32);
        return;
    case 12:
        n = t_index(t, t->m->elem_count, "element segment index", "invalid element segment index: %u");
        k = t_table(t);
        if (!r->failed && t->m->tables[k].type != t->m->elems[n].type)
            wm_fail(r, t->op, "table %u is not a super-type of %s", k, wm_type_name(t->m->elems[n].type));
        t_three(t, W_TABLE_INIT, k, WT_I32, WT_I32, WT_I32);
        t_word(t, n);
        t->barrier = t->words;
        return;
    case 13:
        n = t_index(t, t->m->elem_count, "element segment index", "invalid element segment index: %u");
        t_emit(t, W_ELEM_DROP, 0, 0, n);
        t->barrier = t->words;
        return;
    case 14:
        n = t_table(t); /* to */
        k = t_table(t);
        if (!r->failed && t->m->tables[k].type != t->m->tables[n].type)
            wm_fail(r, t->op, "table %u is not a super-type of %u", n, k);
        t_three(t, W_TABLE_COPY, n, WT_I32, WT_I32, WT_I32);
        t_word(t, k);
        t->barrier = t->words;
        return;
    case 15:
        n = t_table(t);
        if (r->failed || !t_args(t, 2))
            return;
        o = t_pop(t, WT_I32, 1, &pos);
        t_move(t, &o, pos, t_slot(t, pos));
        o = t_pop(t, t->m->tables[n].type, 0, &pos);
        t_move(t, &o, pos, t_slot(t, pos));
        t_emit(t, W_TABLE_GROW, t_slot(t, pos), 0, n);
        t->barrier = t->words;
        t_push(t, WT_I32, IN_SLOT, 0);
        return;
    case 16:
        n = t_table(t);
        t_push(t, WT_I32, IN_SLOT, 0);
        t_emit(t, W_TABLE_SIZE, t_slot(t, t->height - 1), 0, n);
        t->barrier = t->words;
        return;
    case 17:
        n = t_table(t);
        type = r->failed ? WT_FUNC : t->m->tables[n].type;
        t_three(t, W_TABLE_FILL, n, WT_I32, type, WT_I32);
        return;
    }
    wm_fail(r, t->op, "invalid numeric opcode: 0xfc%02x", sub);
}

/* t_instruction reads and translates one instruction. */
static void t_instruction(wm_trans *t)
{
    static const uint8_t load_type[] = { WT_I32, WT_I64, WT_F32, WT_F64, WT_I32, WT_I32, WT_I32, WT_I32, WT_I64, WT_I64, WT_I64, WT_I64, WT_I64, WT_I64 };
    static const uint8_t load_op[] = { W_LOAD32U, W_LOAD64, W_LOAD32U, W_LOAD64, W_LOAD8S, W_LOAD8U, W_LOAD16S, W_LOAD16U, W_LOAD8S, W_LOAD8U, W_LOAD16S, W_LOAD16U, W_LOAD32S, W_LOAD32U };
    static const uint8_t load_align[] = { 2, 3, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2 };
    static const uint8_t store_type[] = { WT_I32, WT_I64, WT_F32, WT_F64, WT_I32, WT_I32, WT_I64, WT_I64, WT_I64 };
    static const uint8_t store_op[] = { W_STORE32, W_STORE64, W_STORE32, W_STORE64, W_STORE8, W_STORE16, W_STORE8, W_STORE16, W_STORE32 };
    static const uint8_t store_align[] = { 2, 3, 2, 3, 0, 1, 0, 1, 2 };
    wm_reader *r = t->r;
    wm_module *m = t->m;
    const uint8_t *types;
    uint32_t n, pos, x;
    uint64_t v;
    wm_operand o;
    wm_block *b;
    uint8_t op, type;
    t->op = r->p;
    op = wm_u8(r, "opcode");
    if (op >= 0x45 && op <= 0xc4) {
        t_numeric(t, op);
        return;
    }
    if (op >= 0x28 && op <= 0x35) {
        t_load(t, load_type[op - 0x28], load_op[op - 0x28], load_align[op - 0x28]);
        return;
    }
    if (op >= 0x36 && op <= 0x3e) {
        t_store(t, store_type[op - 0x36], store_op[op - 0x36], store_align[op - 0x36]);
        return;
    }
    switch (op) {
    case 0x00:
        t_emit(t, W_UNREACHABLE, 0, 0, 0);
        t_unreachable(t);
        return;
    case 0x01:
        return;
    case 0x02: case 0x03: case 0x04:
        t_block(t, op);
        return;
    case 0x05:
        t_else(t);
        return;
    case 0x0b:
        t_end(t);
        return;
    case 0x0c:
        b = t_target(t);
        if (r->failed)
            return;
        t_label(b, &types, &n);
        t_check(t, types, n, "branch", 0);
        t_go(t, b);
        t_unreachable(t);
        return;
    case 0x0d:
        t_br_if(t);
        return;
    case 0x0e:
        t_br_table(t);
        return;
    case 0x0f:
        t_check(t, t->blocks[0].out, t->blocks[0].outs, "return", 0);
        t_return(t);
        t_unreachable(t);
        return;
    case 0x10: case 0x12:
        n = t_index(t, m->code_count, "function index", "function index #%u is out of bounds");
        if (!r->failed)
            t_call(t, m->codes[n].type, op == 0x10 ? W_CALL : W_TAIL_CALL, 0, n, op == 0x12);
        return;
    case 0x11: case 0x13:
        t_call_indirect(t, op == 0x11 ? W_CALL_INDIRECT : W_TAIL_CALL_INDIRECT, op == 0x13);
        return;
    case 0x1a:
        t_pop(t, WT_ANY, 0, &pos);
        return;
    case 0x1b:
        t_select(t, WT_ANY);
        return;
    case 0x1c:
        n = wm_u32(r, "number of select types");
        if (n != 1) {
            wm_fail(r, t->op + 1, "Invalid number of types. Select accepts exactly one type");
            return;
        }
        type = wm_value_type(r);
        if (!r->failed)
            t_select(t, type);
        return;
    case 0x20:
        n = t_index(t, t->local_count, "local index", "invalid local index: %u");
        if (!r->failed)
            t_push(t, t->locals[n], IN_LOCAL, n);
        return;
    case 0x21: case 0x22:
        n = t_index(t, t->local_count, "local index", "invalid local index: %u");
        if (r->failed)
            return;
        o = t_pop(t, t->locals[n], 0, &pos);
        if (r->failed)
            return;
        t_set_local(t, n, &o, pos);
        if (op == 0x22)
            t_push(t, t->locals[n], IN_LOCAL, n);
        return;
    case 0x23:
        n = t_index(t, m->global_count, "global index", "Invalid global index: %u");
        if (r->failed)
            return;
        t_push(t, m->globals[n].type, IN_SLOT, 0);
        t_emit(t, wm_is_ref(m->globals[n].type) ? W_REF_GLOBAL_GET : W_GLOBAL_GET, t_slot(t, t->height - 1), 0, n);
        return;
    case 0x24:
        n = t_index(t, m->global_count, "global index", "Invalid global index: %u");
        if (r->failed)
            return;
        if (!m->globals[n].writable) {
            wm_fail(r, t->op, "immutable global #%u cannot be assigned", n);
            return;
        }
        o = t_pop(t, m->globals[n].type, 0, &pos);
        x = t_reg(t, &o, pos);
        t_emit(t, wm_is_ref(m->globals[n].type) ? W_REF_GLOBAL_SET : W_GLOBAL_SET, x, 0, n);
        t->barrier = t->words;
        return;
    case 0x25:
        n = t_table(t);
        if (r->failed)
            return;
        o = t_pop(t, WT_I32, 0, &pos);
        x = t_reg(t, &o, pos);
        t_emit(t, W_TABLE_GET, t_slot(t, pos), x, n);
        t_push(t, m->tables[n].type, IN_SLOT, 0);
        return;
    case 0x26:
        n = t_table(t);
        if (r->failed || !t_args(t, 2))
            return;
        {
            uint32_t pv, y;
            wm_operand ov = t_pop(t, m->tables[n].type, 1, &pv);
            o = t_pop(t, WT_I32, 0, &pos);
            x = t_reg(t, &o, pos);
            y = t_reg(t, &ov, pv);
            t_emit(t, W_TABLE_SET, x, y, n);
        }
        t->barrier = t->words;
        return;
    case 0x3f: case 0x40:
        t_need_memory(t);
        if (op == 0x3f) {
            t_push(t, WT_I32, IN_SLOT, 0);
            t_emit(t, W_MEMORY_SIZE, t_slot(t, t->height - 1), 0, 0);
        } else {
            t_unary(t, WT_I32, WT_I32, W_MEMORY_GROW);
            t->barrier = t->words;
        }
        return;
    case 0x41:
        v = (uint32_t)wm_leb(r, 32, true, "immi32");
        t_push(t, WT_I32, IN_CONST, v);
        return;
    case 0x42:
        v = wm_leb(r, 64, true, "immi64");
        t_push(t, WT_I64, IN_CONST, v);
        return;
    case 0x43:
        types = wm_bytes_of(r, 4, "immf32");
        if (!r->failed)
            t_push(t, WT_F32, IN_CONST, get_u32(types));
        return;
    case 0x44:
        types = wm_bytes_of(r, 8, "immf64");
        if (!r->failed)
            t_push(t, WT_F64, IN_CONST, get_u64(types));
        return;
    case 0xd0:
        type = wm_u8(r, "heap type");
        if (!r->failed && !wm_is_ref(type))
            wm_fail(r, r->p - 1, "invalid heap type 0x%x", type);
        t_push(t, type, IN_CONST, 0);
        return;
    case 0xd1:
        o = t_pop(t, WT_ANY, 0, &pos);
        if (o.type != WT_ANY && !wm_is_ref(o.type))
            wm_fail(r, m->bytes + o.pc, "ref.is_null[0] expected reference type, found %s of type %s", wm_op_name(m->bytes + o.pc), wm_type_name(o.type));
        x = t_reg(t, &o, pos);
        t_emit(t, W_CMP_I64_IMM + CMP_EQ, t_slot(t, pos), x, 0);
        t_push(t, WT_I32, IN_SLOT, 0);
        return;
    case 0xd2:
        n = t_index(t, m->code_count, "function index", "function index #%u is out of bounds");
        if (r->failed)
            return;
        if (!(r->declared[n >> 3] & 1 << (n & 7))) {
            wm_fail(r, t->op, "undeclared reference to function #%u", n);
            return;
        }
        t_push(t, WT_FUNC, IN_SLOT, 0);
        t_emit(t, W_REF_FUNC, t_slot(t, t->height - 1), 0, n);
        return;
    case 0xfc:
        t_prefixed(t);
        return;
    case 0xfd:
        wm_fail(r, t->op, "SIMD is not supported: compile without it (-mno-simd128)");
        return;
    case 0xfe:
        wm_fail(r, t->op, "threads and atomic operations are not supported: compile without them (-mno-atomics)");
        return;
    case 0x06: case 0x07: case 0x08: case 0x09: case 0x0a: case 0x18: case 0x19: case 0x1f:
        wm_fail(r, t->op, "exceptions are not supported: compile without them (-fno-exceptions)");
        return;
    }
    wm_fail(r, t->op, "Invalid opcode 0x%x", op);
}

/* t_function translates the body that the reader is at, up to its end. */
static void t_function(wm_trans *t, wm_code *code)
{
    wm_reader *r = t->r;
    const wm_type *type = code->type;
    uint32_t groups, i, n;
    const uint8_t *at;
    uint8_t vt;
    t->height = t->settled = t->highest = t->words = t->depth = t->patch_count = t->barrier = 0;
    memcpy(t->locals, type->types, type->params);
    t->local_count = type->params;
    groups = wm_u32(r, "local decls count");
    for (i = 0; i < groups && !r->failed; i++) {
        at = r->p;
        n = wm_u32(r, "local count");
        if (n > WM_LOCALS - t->local_count) {
            wm_fail(r, at, "local count too large");
            return;
        }
        vt = wm_value_type(r);
        memset(t->locals + t->local_count, vt, n);
        t->local_count += n;
    }
    t->base = t->local_count + 2;
    t->op = r->p;
    t_enter(t, 0x02, type->types, 0, type->types + type->params, type->results);
    while (t->depth && !r->failed) {
        if (r->p >= r->end) {
            wm_fail(r, r->end, "function body must end with \"end\" opcode");
            return;
        }
        t_instruction(t);
    }
    if (r->failed)
        return;
    if (r->p != r->end) {
        wm_fail(r, r->p, "trailing code after function end");
        return;
    }
    code->locals = t->local_count;
    code->frame = t->base + t->highest;
    if (code->frame < type->results)
        code->frame = type->results;
    code->code = wm_alloc(r, t->words, sizeof *t->code);
    if (code->code)
        memcpy(code->code, t->code, t->words * sizeof *t->code);
}

/* ---- sections ---- */

enum { WM_CONST_DEPTH = 64 };

/* wm_constant reads a constant expression and returns where it begins. */
static const uint8_t *wm_constant(wm_reader *r, uint8_t want)
{
    wm_module *m = r->m;
    const uint8_t *from = r->p, *at;
    uint8_t types[WM_CONST_DEPTH], op, type;
    uint32_t depth = 0, n;
    for (;;) {
        at = r->p;
        op = wm_u8(r, "opcode");
        if (r->failed)
            return from;
        type = WT_ANY;
        switch (op) {
        case 0x0b:
            if (depth != 1)
                wm_fail(r, at, "expected 1 elements on the stack for constant expression, found %u", depth);
            else if (types[0] != want)
                wm_fail(r, from, "type error in constant expression[0] (expected %s, got %s)", wm_type_name(want), wm_type_name(types[0]));
            return from;
        case 0x41:
            wm_leb(r, 32, true, "immi32");
            type = WT_I32;
            break;
        case 0x42:
            wm_leb(r, 64, true, "immi64");
            type = WT_I64;
            break;
        case 0x43:
            wm_bytes_of(r, 4, "immf32");
            type = WT_F32;
            break;
        case 0x44:
            wm_bytes_of(r, 8, "immf64");
            type = WT_F64;
            break;
        case 0x23:
            n = wm_u32(r, "global index");
            if (n >= m->global_count)
                wm_fail(r, at + 1, "Invalid global index: %u", n);
            else if (m->globals[n].writable)
                wm_fail(r, at + 1, "mutable globals cannot be used in constant expressions");
            else if (m->globals[n].init)
                wm_fail(r, at + 1, "non-imported globals cannot be used in constant expressions");
            else
                type = m->globals[n].type;
            break;
        case 0xd0:
            type = wm_u8(r, "heap type");
            if (!r->failed && !wm_is_ref(type))
                wm_fail(r, at + 1, "invalid heap type 0x%x", type);
            break;
        case 0xd2:
            n = wm_u32(r, "function index");
            if (n >= m->code_count)
                wm_fail(r, at + 1, "function index #%u is out of bounds", n);
            else
                r->declared[n >> 3] |= 1 << (n & 7);
            type = WT_FUNC;
            break;
        case 0x6a: case 0x6b: case 0x6c: case 0x7c: case 0x7d: case 0x7e:
            type = op <= 0x6c ? WT_I32 : WT_I64;
            if (depth < 2)
                wm_fail(r, at, "not enough arguments on the stack for %s (need 2, got %u)", wm_op_name(at), depth);
            else if (types[depth - 1] != type || types[depth - 2] != type)
                wm_fail(r, at, "type error in %s", wm_op_name(at));
            else
                depth -= 2;
            break;
        case 0xfd:
            wm_fail(r, at, "SIMD is not supported: compile without it (-mno-simd128)");
            break;
        default:
            wm_fail(r, at, "opcode %s is not allowed in constant expressions", wm_op_name(at));
        }
        if (r->failed)
            return from;
        if (depth == WM_CONST_DEPTH) {
            wm_fail(r, at, "constant expression is deeper than %u", WM_CONST_DEPTH);
            return from;
        }
        types[depth++] = type;
    }
}

static void wm_types(wm_reader *r)
{
    wm_module *m = r->m;
    uint32_t n = wm_count(r, "types", WM_TYPES), i, j, params, results;
    const uint8_t *at, *p, *q;
    wm_type *t;
    m->types = wm_alloc(r, n, sizeof *m->types);
    for (i = 0; i < n && !r->failed; i++) {
        at = r->p;
        if (wm_u8(r, "type kind") != 0x60) {
            wm_fail(r, at, "Expected signature definition 0x60, got 0x%x", *at);
            return;
        }
        params = wm_count(r, "param", WM_PARAMS);
        p = r->p;
        for (j = 0; j < params && !r->failed; j++)
            wm_value_type(r);
        results = wm_count(r, "return", WM_PARAMS);
        q = r->p;
        for (j = 0; j < results && !r->failed; j++)
            wm_value_type(r);
        t = wm_alloc(r, 1, sizeof *t + params + results);
        if (!t)
            return;
        t->params = params;
        t->results = results;
        memcpy(t->types, p, params);
        memcpy(t->types + params, q, results);
        m->types[m->type_count++] = t;
    }
}

static const wm_type *wm_type_at(wm_reader *r)
{
    const uint8_t *at = r->p;
    uint32_t n = wm_u32(r, "signature index");
    if (n >= r->m->type_count) {
        wm_fail(r, at, "no signature at index %u (%u signatures)", n, r->m->type_count);
        return NULL;
    }
    return r->m->types[n];
}

static wm_limits wm_read_limits(wm_reader *r, bool memory, uint32_t most)
{
    wm_limits l = { 0, 0, false, 0 };
    const char *what = memory ? "memory" : "table", *unit = memory ? "pages" : "elements";
    const uint8_t *at = r->p;
    uint8_t flags = wm_u8(r, memory ? "memory limits flags" : "table limits flags");
    if (r->failed)
        return l;
    if (memory && (flags == 2 || flags == 3)) {
        if (flags == 2)
            wm_fail(r, at, "shared memory must have a maximum defined");
        else
            wm_fail(r, at, "shared memories are not supported: compile without threads");
    } else if (flags & 4 && flags < 8) {
        wm_fail(r, at, "invalid %s limits flags 0x%x (64-bit %s are not supported)", what, flags, memory ? "memories" : "tables");
    } else if (flags > 1) {
        wm_fail(r, at, "invalid %s limits flags 0x%x", what, flags);
    }
    at = r->p;
    l.min = wm_u32(r, memory ? "initial memory size" : "initial table size");
    if (l.min > most)
        wm_fail(r, at, "initial %s size (%u %s) is larger than implementation limit (%u %s)", what, l.min, unit, most, unit);
    l.bounded = flags & 1;
    if (l.bounded) {
        at = r->p;
        l.max = wm_u32(r, memory ? "maximum memory size" : "maximum table size");
        if (memory && l.max > most)
            wm_fail(r, at, "maximum memory size (%u pages) is larger than implementation limit (%u pages)", l.max, most);
        if (l.max < l.min)
            wm_fail(r, at, "maximum %s size (%u %s) is less than initial (%u %s)", what, l.max, unit, l.min, unit);
    }
    return l;
}

/* wm_add_table and the next three read one thing of a kind, imported or not; there is room for it. */
static void wm_add_table(wm_reader *r)
{
    const uint8_t *at = r->p;
    wm_limits *l;
    uint8_t type = wm_u8(r, "table type");
    if (!r->failed && !wm_is_ref(type)) {
        wm_fail(r, at, "Only reference types can be used as table types");
        return;
    }
    l = &r->m->tables[r->m->table_count++];
    *l = wm_read_limits(r, false, UINT32_MAX);
    l->type = type;
}

static void wm_add_memory(wm_reader *r)
{
    if (r->m->memory_count++)
        wm_fail(r, r->p, "multiple memories are not supported");
    r->m->memory = wm_read_limits(r, true, WM_PAGES);
}

static void wm_add_global(wm_reader *r, bool imported)
{
    wm_global_type g = { 0 };
    uint8_t writable;
    g.type = wm_value_type(r);
    writable = wm_u8(r, "mutability");
    if (writable > 1)
        wm_fail(r, r->p - 1, "invalid mutability");
    g.writable = writable;
    if (!imported && !r->failed)
        g.init = wm_constant(r, g.type);
    r->m->globals[r->m->global_count++] = g;
}

static void wm_imports(wm_reader *r)
{
    wm_module *m = r->m;
    uint32_t n = wm_count(r, "imports", WM_IMPORTS), i, sizes[4] = { 0 };
    const uint8_t *at;
    wm_extern *e;
    m->imports = wm_alloc(r, n, sizeof *m->imports);
    for (i = 0; i < n && !r->failed; i++) {
        e = &m->imports[m->import_count++];
        e->module = wm_text(r, "module name");
        e->name = wm_text(r, "field name");
        at = r->p;
        e->kind = wm_u8(r, "kind");
        if (r->failed)
            return;
        if (e->kind > WK_GLOBAL) {
            wm_fail(r, at, e->kind == 4 ? "exceptions are not supported: compile without them (-fno-exceptions)" : "unknown import desc code 0x%02x", e->kind);
            return;
        }
        e->index = m->imported[e->kind]++;
        switch (e->kind) {
        case WK_FUNC:
            if (!wm_room(r, (void **)&m->codes, &sizes[WK_FUNC], m->code_count, sizeof *m->codes))
                return;
            memset(&m->codes[m->code_count], 0, sizeof *m->codes);
            m->codes[m->code_count++].type = wm_type_at(r);
            break;
        case WK_TABLE:
            if (wm_room(r, (void **)&m->tables, &sizes[WK_TABLE], m->table_count, sizeof *m->tables))
                wm_add_table(r);
            break;
        case WK_MEMORY:
            wm_add_memory(r);
            break;
        case WK_GLOBAL:
            if (wm_room(r, (void **)&m->globals, &sizes[WK_GLOBAL], m->global_count, sizeof *m->globals))
                wm_add_global(r, true);
        }
    }
}

/* wm_more makes room for n more of what imports began. */
static void *wm_more(wm_reader *r, void *p, uint32_t count, uint32_t n, uint32_t size)
{
    char *q;
    if (r->failed)
        return p;
    q = js_realloc(ctx, p, ((size_t)count + n) * size + 1);
    if (!q) {
        r->failed = true;
        r->p = r->end;
        return p;
    }
    memset(q + (size_t)count * size, 0, (size_t)n * size);
    return q;
}

static void wm_functions(wm_reader *r)
{
    wm_module *m = r->m;
    uint32_t n = wm_count(r, "functions", WM_FUNCTIONS), i;
    m->codes = wm_more(r, m->codes, m->code_count, n, sizeof *m->codes);
    for (i = 0; i < n && !r->failed; i++)
        m->codes[m->code_count++].type = wm_type_at(r);
}

static void wm_exports(wm_reader *r)
{
    wm_module *m = r->m;
    uint32_t counts[] = { m->code_count, m->table_count, m->memory_count, m->global_count };
    uint32_t n = wm_count(r, "exports", WM_EXPORTS), i, j, mask = 1, *seen, h;
    wm_extern *e;
    m->exports = wm_alloc(r, n, sizeof *m->exports);
    while (mask < n * 2)
        mask *= 2;
    seen = wm_alloc(r, mask, sizeof *seen);
    mask--;
    for (i = 0; i < n && !r->failed; i++) {
        e = &m->exports[m->export_count++];
        e->name = wm_text(r, "field name");
        e->kind = wm_u8(r, "kind");
        if (r->failed)
            break;
        if (e->kind > WK_GLOBAL) {
            wm_fail(r, r->p - 1, "invalid export kind 0x%02x", e->kind);
            break;
        }
        {
            const uint8_t *index_at = r->p;
            e->index = wm_u32(r, "index");
            if (e->index >= counts[e->kind]) {
                if (e->kind == WK_MEMORY)
                    wm_fail(r, index_at, "invalid exported memory index!");
                else
                    wm_fail(r, index_at, "%s index %u out of bounds (%u %s)", wm_kinds[e->kind], e->index, counts[e->kind], counts[e->kind] == 1 ? "entry" : "entries");
                break;
            }
        }
        if (e->kind == WK_FUNC)
            r->declared[e->index >> 3] |= 1 << (e->index & 7);
        for (h = 0, j = 0; j < e->name.n; j++)
            h = h * 31 + e->name.p[j];
        for (h = hash32(h) & mask; seen[h]; h = (h + 1) & mask) {
            wm_extern *o = &m->exports[seen[h] - 1];
            if (o->name.n == e->name.n && !memcmp(o->name.p, e->name.p, e->name.n)) {
                wm_fail(r, e->name.p, "Duplicate export name '%.*s' for %s %u and %s %u", (int)min_int(e->name.n, 100), (const char *)e->name.p, wm_kinds[o->kind], o->index, wm_kinds[e->kind], e->index);
                break;
            }
        }
        seen[h] = m->export_count;
    }
    js_free(ctx, seen);
}

static void wm_elements(wm_reader *r)
{
    wm_module *m = r->m;
    uint32_t n = wm_count(r, "segment", WM_SEGMENTS), i, j, flags, index;
    const uint8_t *at;
    wm_elems *s;
    uint8_t op, type;
    m->elems = wm_alloc(r, n, sizeof *m->elems);
    for (i = 0; i < n && !r->failed; i++) {
        s = &m->elems[m->elem_count++];
        at = r->p;
        flags = wm_u32(r, "flag");
        if (flags > 7) {
            wm_fail(r, at, "illegal flag value %u", flags);
            return;
        }
        s->type = WT_FUNC;
        s->declared = (flags & 3) == 3;
        if (!(flags & 1)) {
            if (flags & 2) {
                at = r->p;
                s->table = wm_u32(r, "table index");
            }
            if (s->table >= m->table_count) {
                wm_fail(r, at, "out of bounds table index %u", s->table);
                return;
            }
            s->offset = wm_constant(r, WT_I32);
        }
        if (flags & 3) {
            at = r->p;
            type = wm_u8(r, "element type");
            if (flags & 4) {
                if (!r->failed && !wm_is_ref(type))
                    wm_fail(r, at, "expected reference type, found 0x%02x", type);
                s->type = type;
            } else if (!r->failed && type != 0) {
                wm_fail(r, at, "illegal element kind 0x%x. Must be 0x0", type);
            }
        }
        if (r->failed)
            return;
        if (s->offset && m->tables[s->table].type != s->type) {
            wm_fail(r, at, "Element segment of type %s is not a subtype of referenced table %u (type %s)", wm_type_name(s->type), s->table, wm_type_name(m->tables[s->table].type));
            return;
        }
        s->n = wm_count(r, "elements", WM_TABLE_SIZE);
        s->items = wm_alloc(r, s->n, sizeof *s->items);
        for (j = 0; j < s->n && !r->failed; j++) {
            at = r->p;
            if (!(flags & 4)) {
                index = wm_u32(r, "function index");
                if (index >= m->code_count) {
                    wm_fail(r, at, "function index %u out of bounds (%u %s)", index, m->code_count, m->code_count == 1 ? "entry" : "entries");
                    return;
                }
                r->declared[index >> 3] |= 1 << (index & 7);
                s->items[j] = index;
                continue;
            }
            wm_constant(r, s->type);
            if (r->failed)
                return;
            op = at[0]; /* of references there are three, each alone */
            if (op == 0xd0) {
                s->items[j] = WM_NO_FUNC;
            } else {
                const uint8_t *end = r->p;
                r->p = at + 1;
                s->items[j] = wm_u32(r, "index") | (op == 0x23 ? WM_FROM_GLOBAL : 0);
                r->p = end;
            }
        }
    }
}

static void wm_codes(wm_reader *r)
{
    wm_module *m = r->m;
    wm_trans t = { .r = r, .m = m };
    const uint8_t *at = r->p, *end = r->end;
    uint32_t n = wm_u32(r, "functions count"), i, size;
    if (!r->failed && n != m->code_count - m->imported[WK_FUNC]) {
        wm_fail(r, at, "function body count %u mismatch (%u expected)", n, m->code_count - m->imported[WK_FUNC]);
        return;
    }
    t.locals = wm_alloc(r, WM_LOCALS + WM_PARAMS, 1);
    for (i = 0; i < n && !r->failed; i++) {
        at = r->p;
        size = wm_u32(r, "body size");
        if (size > WM_BODY) {
            wm_fail(r, at, "size %u > maximum function size %u", size, WM_BODY);
            break;
        }
        wm_bytes_of(r, size, "function body");
        if (r->failed)
            break;
        r->end = r->p;
        r->p -= size;
        r->body = m->imported[WK_FUNC] + i;
        t_function(&t, &m->codes[m->imported[WK_FUNC] + i]);
        r->body = -1;
        r->end = end;
    }
    js_free(ctx, t.locals);
    js_free(ctx, t.code);
    js_free(ctx, t.stack);
    js_free(ctx, t.blocks);
    js_free(ctx, t.patches);
}

static void wm_datas(wm_reader *r)
{
    wm_module *m = r->m;
    const uint8_t *at = r->p;
    uint32_t n = wm_count(r, "data segments", WM_SEGMENTS), i, flags;
    wm_data *d;
    if (!r->failed && r->data_count >= 0 && n != (uint32_t)r->data_count) {
        wm_fail(r, r->p, "number of data segments (%u) does not match declared count (%d)", n, r->data_count);
        return;
    }
    m->datas = wm_alloc(r, n, sizeof *m->datas);
    for (i = 0; i < n && !r->failed; i++) {
        d = &m->datas[m->data_count++];
        at = r->p;
        flags = wm_u32(r, "flag");
        if (flags > 2) {
            wm_fail(r, at, "illegal flag value %u", flags);
            return;
        }
        if (flags != 1) {
            at = r->p;
            if (flags == 2 && wm_u32(r, "memory index"))
                wm_fail(r, at, "invalid memory index");
            d->offset = wm_constant(r, WT_I32);
            if (!m->memory_count)
                wm_fail(r, r->p, "cannot load data without memory");
        }
        d->bytes.n = wm_u32(r, "source size");
        d->bytes.p = wm_bytes_of(r, d->bytes.n, "data");
    }
}

static void wm_module_free(JSRuntime *rt, wm_module *m)
{
    uint32_t i;
    for (i = 0; i < m->type_count; i++)
        js_free_rt(rt, m->types[i]);
    for (i = 0; i < m->code_count; i++)
        js_free_rt(rt, m->codes[i].code);
    for (i = 0; i < m->elem_count; i++)
        js_free_rt(rt, m->elems[i].items);
    js_free_rt(rt, m->types);
    js_free_rt(rt, m->codes);
    js_free_rt(rt, m->tables);
    js_free_rt(rt, m->globals);
    js_free_rt(rt, m->imports);
    js_free_rt(rt, m->exports);
    js_free_rt(rt, m->customs);
    js_free_rt(rt, m->elems);
    js_free_rt(rt, m->datas);
    js_free_rt(rt, m->bytes);
    js_free_rt(rt, m);
}

static void wm_section(wm_reader *r, uint8_t id)
{
    wm_module *m = r->m;
    const uint8_t *at = r->p;
    uint32_t n, i;
    switch (id) {
    case 1:
        wm_types(r);
        break;
    case 2:
        wm_imports(r);
        break;
    case 3:
        wm_functions(r);
        break;
    case 4:
        n = wm_count(r, "table", WM_TABLES);
        m->tables = wm_more(r, m->tables, m->table_count, n, sizeof *m->tables);
        for (i = 0; i < n && !r->failed; i++)
            wm_add_table(r);
        break;
    case 5:
        n = wm_u32(r, "memory count");
        if (n > 1)
            wm_fail(r, at, "memory count of %u exceeds internal limit of 1", n);
        else if (n)
            wm_add_memory(r);
        break;
    case 6:
        n = wm_count(r, "globals", WM_GLOBALS);
        m->globals = wm_more(r, m->globals, m->global_count, n, sizeof *m->globals);
        for (i = 0; i < n && !r->failed; i++)
            wm_add_global(r, false);
        break;
    case 7:
        wm_exports(r);
        break;
    case 8:
        n = wm_u32(r, "start index");
        if (n >= m->code_count)
            wm_fail(r, at, "function index %u out of bounds (%u %s)", n, m->code_count, m->code_count == 1 ? "entry" : "entries");
        else if (m->codes[n].type->params || m->codes[n].type->results)
            wm_fail(r, at, "invalid start function: non-zero parameter or return count");
        m->start = n;
        break;
    case 9:
        wm_elements(r);
        break;
    case 10:
        wm_codes(r);
        break;
    case 11:
        wm_datas(r);
        break;
    case 12:
        n = wm_u32(r, "data segments count");
        if (n > WM_SEGMENTS)
            wm_fail(r, at, "data segments count of %u exceeds internal limit of %u", n, WM_SEGMENTS);
        r->data_count = n;
    }
}

/* wm_decode checks and translates a module's bytes, which it takes; NULL, with an exception unless quiet, if they are none. */
static wm_module *wm_decode(uint8_t *bytes, uint32_t size, bool quiet)
{
    static const char *const names[] = { "Custom", "Type", "Import", "Function", "Table", "Memory", "Global", "Export", "Start", "Element", "Code", "Data", "DataCount" };
    static const uint8_t order[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 10 };
    wm_reader reader = { 0 }, *r = &reader;
    wm_module *m = js_mallocz(ctx, sizeof *m);
    const uint8_t *at, *p, *end = bytes + size;
    uint32_t n, last = 0, customs_size = 0;
    bool code = false;
    uint8_t id;
    if (!m) {
        js_free(ctx, bytes);
        return NULL;
    }
    m->bytes = bytes;
    m->size = size;
    m->start = WM_NO_FUNC;
    r->m = m;
    r->p = bytes;
    r->end = end;
    r->data_count = -1;
    r->body = -1;
    r->quiet = quiet;
    p = wm_bytes_of(r, 4, "magic");
    if (!r->failed && memcmp(p, "\0asm", 4))
        wm_fail(r, p, "expected magic word 00 61 73 6d, found %02x %02x %02x %02x", p[0], p[1], p[2], p[3]);
    p = wm_bytes_of(r, 4, "version");
    if (!r->failed && memcmp(p, "\1\0\0", 4))
        wm_fail(r, p, "expected version 01 00 00 00, found %02x %02x %02x %02x", p[0], p[1], p[2], p[3]);
    while (r->p < end && !r->failed) {
        at = r->p;
        id = wm_u8(r, "section kind");
        if (id == 13) {
            wm_fail(r, at, "exceptions are not supported: compile without them (-fno-exceptions)");
            break;
        }
        if (id >= countof(names)) {
            wm_fail(r, at, "unknown section code #0x%02x", id);
            break;
        }
        p = r->p;
        n = wm_u32(r, "section length");
        if (!r->failed && n > end - r->p) {
            wm_fail(r, at, "section (code %u, \"%s\") extends past end of the module (length %u, remaining bytes %u)", id, names[id], n, (uint32_t)(end - r->p));
            break;
        }
        if (r->failed)
            break;
        p = r->p;
        r->end = p + n;
        if (id == 0) {
            if (!wm_room(r, (void **)&m->customs, &customs_size, m->custom_count, sizeof *m->customs))
                break;
            m->customs[m->custom_count].name = wm_text(r, "section name");
            m->customs[m->custom_count].module.p = r->p; /* its bytes */
            m->customs[m->custom_count].module.n = r->end - r->p;
            m->custom_count++;
            r->p = r->end;
        } else {
            if (order[id] <= last) {
                wm_fail(r, p, "unexpected section <%s>", names[id]);
                break;
            }
            last = order[id];
            /* Functions are known behind their section; what names one comes later. */
            if (id > 3 && !r->declared)
                r->declared = wm_alloc(r, (m->code_count + 7) / 8, 1);
            code |= id == 10;
            if (!r->failed)
                wm_section(r, id);
        }
        if (r->failed)
            break;
        if (r->p != r->end) {
            wm_fail(r, r->p, "section was shorter than expected size (%u bytes expected, %u decoded)", n, (uint32_t)(r->p - p));
            break;
        }
        r->end = end;
    }
    if (!r->failed && !code && m->code_count != m->imported[WK_FUNC])
        wm_fail(r, r->p, "function count is %u, but code section is absent", m->code_count - m->imported[WK_FUNC]);
    if (!r->failed && r->data_count > 0 && !m->datas)
        wm_fail(r, r->p, "data segments count 0 mismatch (%d expected)", r->data_count);
    js_free(ctx, r->declared);
    if (!r->failed)
        return m;
    wm_module_free(rt, m);
    if (quiet) {
        JSValue e = JS_GetException(ctx); /* out of memory, if anything */
        JS_FreeValue(ctx, e);
    }
    return NULL;
}
