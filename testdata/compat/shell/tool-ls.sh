mkdir -p d/sub; echo hello > a.txt; echo x > d/f; touch .hid b.md; ln -s a.txt link; chmod 755 b.md
ls; ls -a; ls -A; ls -1; ls d; ls a.txt d
ls -l a.txt | cut -d' ' -f1,5; ls -ld d | cut -c1-10; ls -l link | sed 's/.*link/link/'
ls -F; ls -p; ls -r; ls -R d; ls -d d; ls -d */; ls -S | head -1 | wc -l
ls nope 2>&1; echo $?; ls a.txt nope 2>/dev/null; echo $?
touch -d '2020-01-01' old; touch -d '2024-01-01' new; ls -t old new a.txt | tail -2; ls -tr old new | head -1
ls -l | head -1 | cut -d' ' -f1; ls -m; ls --all | head -2; ls -- a.txt
ls *.zzz 2>/dev/null; echo $?; ls -lh a.txt | cut -d' ' -f5; ls -i a.txt | grep -c '[0-9]'
