seq 1000 | grep 5 | sed 's/5/five/g' | sort -r | uniq | head -20 | tail -5 | tr a-z A-Z | rev | cut -c1-3 | nl | wc -l
yes | head -100000 | wc -l; seq 100000 | tail -1; seq 50000 | sort -rn | head -1; seq 20000 | md5sum; head -c 1000000 /dev/zero | wc -c; head -c 300000 /dev/zero | base64 -w0 | wc -c
i=0; while ((i<2000)); do ((i++)); done; echo $i; for i in $(seq 500); do echo $i; done | wc -l; x=; for i in {1..200}; do x+=abc; done; echo ${#x}
seq 1000 | while read n; do ((n%100==0)) && echo $n; done; seq 300 | xargs -n 100 | wc -l; seq 100 | paste -sd+ | tr + ' ' | wc -w; seq 10 | tee a b c | tail -1; cat a b c | sort -n | uniq -c | head -1
yes abc | head -c 100000 | gzip | gunzip | wc -c; seq 3000 | sed -n '$p'; seq 3000 | tac | head -1; for i in 1 2 3 4 5 6 7 8 9 10; do echo $i | cat | cat | cat; done | paste -sd' '
