printf 'a\n--\nb\n' | csplit -s - /--/; ls xx*; cat xx01; seq 20 | pr -3 -t -w 30 -l 7 | head -3
seq 100 > f; bzip2 -k f && bunzip2 -c f.bz2 | cmp - f && echo bz; bzcat f.bz2 | tail -1; tar -cjf a.tbz f && tar -tjf a.tbz
xz -k f && xz -dc f.xz | cmp - f && echo xz; tar -cJf a.txz f && tar -tf a.txz
zstd -q f && zstd -dcq f.zst | cmp - f && echo zst
mkfifo p && echo made; (echo through > p &) ; cat p
