package main

// textEdits make the engine take texts many characters at a time (text.c).
var textEdits = []edit{
	{"cutils.h",
		"/* Scan a UTF-8 encoded buffer for content type\n",
		"#include \"text.c\"\n\n/* Scan a UTF-8 encoded buffer for content type\n"},
	{"cutils.h",
		`    // TODO: handle more than 1 byte at a time
    for (i = 0; i < buf_len; i++)
        cbits |= buf[i];
    if (cbits >= 0x80) {
        p = (const uint8_t *)buf;
        p_end = p + buf_len;
        kind = UTF8_NON_ASCII;
        len = 0;
        while (p < p_end) {
            len++;
`,
		`    i = bt_ascii8((const uint8_t *)buf, buf_len);
    if (i < buf_len) {
        p = (const uint8_t *)buf + i;
        p_end = (const uint8_t *)buf + buf_len;
        kind = UTF8_NON_ASCII;
        len = i;
        while (p < p_end) {
            i = bt_ascii8(p, p_end - p);
            p += i;
            len += i;
            if (p == p_end)
                break;
            len++;
`},
	{"cutils.h",
		"    int kind;\n    uint8_t cbits;\n\n    kind = UTF8_PLAIN_ASCII;\n    cbits = 0;\n",
		"    int kind;\n\n    kind = UTF8_PLAIN_ASCII;\n"},
	{"cutils.h",
		"    for (i = 0; p < p_end; i++) {\n        uint32_t c = *p++;\n        if (c >= 0x80) {\n",
		`    for (i = 0; p < p_end; i++) {
        if (*p < 0x80 && i < dest_len) {
            size_t n = bt_ascii8(p, bt_min(p_end - p, dest_len - i));
            bt_widen(dest + i, p, n);
            i += n - 1;
            p += n;
            continue;
        }
        uint32_t c = *p++;
        if (c >= 0x80) {
`},
	{"quickjs.c",
		"        count = 0;\n        for (pos = 0; pos < len; pos++) {\n            count += src[pos] >> 7;\n",
		"        count = 0;\n        int ascii = bt_ascii8(src, len);\n        for (pos = ascii; pos < len; pos++) {\n            count += src[pos] >> 7;\n"},
	{"quickjs.c",
		"        q = str8(str_new);\n        for (pos = 0; pos < len; pos++) {\n            c = src[pos];\n",
		"        q = (uint8_t *)memcpy(str8(str_new), src, ascii) + ascii;\n        for (pos = ascii; pos < len; pos++) {\n            c = src[pos];\n"},
	{"quickjs.c",
		"            c = src[pos++];\n            if (c < 0x80) {\n                *q++ = c;\n            } else {\n                if (is_hi_surrogate(c)) {\n                    if (pos < len && !cesu8) {\n",
		`            c = src[pos];
            if (c < 0x80) {
                int n = bt_ascii16(src + pos, len - pos);
                bt_narrow(q, src + pos, n);
                q += n;
                pos += n;
            } else {
                pos++;
                if (is_hi_surrogate(c)) {
                    if (pos < len && !cesu8) {
`},
	{"quickjs.c",
		"    for(i = s->len; i-- > 0;) {\n        str16(str)[i] = str8(str)[i];\n    }\n",
		"    bt_widen(str16(str), str8(str), s->len);\n"},
	{"quickjs.c",
		"        for (i = 0; i < len; i++) {\n            str16(s->str)[s->len + i] = p[i];\n        }\n",
		"        bt_widen(str16(s->str) + s->len, p, len);\n"},
	{"quickjs.c",
		"    int c = 0, i;\n\n    for (i = 0; i < len; i++) {\n        c |= p[i];\n    }\n",
		"    int c = bt_wide(p, len) ? 0x100 : 0;\n\n"},
	{"quickjs.c",
		"        for (i = 0; i < len; i++) {\n            str8(s->str)[s->len + i] = p[i];\n        }\n",
		"        bt_narrow(str8(s->str) + s->len, p, len);\n"},
	{"quickjs.c",
		"    while (count-- > 0) {\n        if (string_buffer_putc16(s, c))\n",
		"    if (!s->is_wide_char && c < 0x100 && count > 0) {\n        memset(str8(s->str) + s->len, c, count);\n        s->len += count;\n        return 0;\n    }\n    while (count-- > 0) {\n        if (string_buffer_putc16(s, c))\n"},
	{"quickjs.c",
		"        int i;\n        uint16_t c = 0;\n        for (i = start; i < end; i++) {\n            c |= str16(p)[i];\n        }\n        if (c > 0xFF)\n",
		"        if (bt_wide(str16(p) + start, len))\n"},
	{"quickjs.c",
		"        for (i = 0; i < len; i++) {\n            str8(str)[i] = str16(p)[start + i];\n        }\n",
		"        bt_narrow(str8(str), str16(p) + start, len);\n"},
	{"quickjs.c",
		"        const uint8_t *src1 = str8(p) + offset;\n        int i;\n\n        for(i = 0; i < len; i++)\n            dst[i] = src1[i];\n",
		"        bt_widen(dst, str8(p) + offset, len);\n"},
	{"quickjs.c",
		"static int memcmp16(const uint16_t *src1, const uint16_t *src2, int len)\n{\n    int c, i;\n    for(i = 0; i < len; i++) {\n        c = src1[i] - src2[i];\n        if (c != 0)\n            return c;\n    }\n    return 0;\n}\n\n",
		""},
	{"quickjs.c",
		"            res = memcmp(str8(p1), str8(p2), len);\n        else\n            res = -memcmp16_8(str16(p2), str8(p1), len);\n    } else {\n        if (!p2->is_wide_char)\n            res = memcmp16_8(str16(p1), str8(p2), len);\n        else\n            res = memcmp16(str16(p1), str16(p2), len);\n",
		"            res = bt_compare8(str8(p1), str8(p2), len);\n        else\n            res = -memcmp16_8(str16(p2), str8(p1), len);\n    } else {\n        if (!p2->is_wide_char)\n            res = memcmp16_8(str16(p1), str8(p2), len);\n        else\n            res = bt_compare16(str16(p1), str16(p2), len);\n"},
	{"quickjs.c",
		"            res = memcmp(str8(p1) + pos1, str8(p2) + pos2, len);\n",
		"            res = bt_compare8(str8(p1) + pos1, str8(p2) + pos2, len);\n"},
	{"quickjs.c",
		"            res = memcmp16(str16(p1) + pos1, str16(p2) + pos2, len);\n",
		"            res = bt_compare16(str16(p1) + pos1, str16(p2) + pos2, len);\n"},
	{"quickjs.c",
		"        for (i = from; i < len; i++) {\n            if (str16(p)[i] == c)\n                return i;\n        }\n",
		"        i = from + bt_find16(str16(p) + from, len - from, c);\n        if (i < len)\n            return i;\n"},
	{"quickjs.c",
		"            for (i = from; i < len; i++) {\n                if (str8(p)[i] == (uint8_t)c)\n                    return i;\n            }\n",
		"            i = from + bt_find8(str8(p) + from, len - from, c);\n            if (i < len)\n                return i;\n"},
	{"quickjs.c",
		"        if (!string_cmp(p1, p2, j + 1, 1, len2 - 1))\n            return j;\n",
		"        if (!js_string_memcmp_pos(p1, j + 1, p2, 1, len2 - 1))\n            return j;\n"},
	{"quickjs.c",
		"    ret = -1;\n    if (len >= v_len && inc * (stop - start) >= 0) {\n",
		"    ret = -1;\n    if (inc > 0) {\n        ret = string_indexof(p, p1, start);\n    } else if (len >= v_len && inc * (stop - start) >= 0) {\n"},
	{"quickjs.c",
		"    if (start >= 0 && start <= stop) {\n        for (i = start;; i++) {\n",
		"    if (magic == 0) {\n        ret = string_indexof(p, p1, start) >= 0;\n    } else if (start >= 0 && start <= stop) {\n        for (i = start;; i++) {\n"},
	{"quickjs.c",
		"    if (len == 1) {\n        string_buffer_fill(b, string_get(p, 0), n);\n    } else {\n        while (n-- > 0) {\n            string_buffer_concat(b, p, 0, len);\n        }\n    }\n",
		`    b->len = n * len;
    if (n > 0) { /* what is there is doubled */
        size_t done = (size_t)len << p->is_wide_char, all = (size_t)n * done;
        memcpy(str8(b->str), str8(p), done);
        for (; done < all; done += bt_min(done, all - done))
            memcpy(str8(b->str) + done, str8(b->str), bt_min(done, all - done));
    }
`},
	{"quickjs.c",
		"    buf = NULL; // appease bogus -Wmaybe-uninitialized warning\n    buf_len = JS_ToUTF32String(ctx, &buf, val);\n",
		"    if ((argc == 0 || JS_IsUndefined(argv[0])) && !JS_VALUE_GET_STRING(val)->is_wide_char)\n        return val; /* Latin-1 is in NFC */\n    buf = NULL; // appease bogus -Wmaybe-uninitialized warning\n    buf_len = JS_ToUTF32String(ctx, &buf, val);\n"},
}
