mkdir repo && cd repo
git init -q
git config core.quotePath true
c() { echo "$1" >> f; git add .; tick; git commit -q --cleanup=verbatim -m "$1"; }
c one
c 'subject over
two lines

body one

body two

Signed-off-by: Ada <ada@example.com>
Reviewed-by: Bob <bob@example.com>'
GIT_AUTHOR_NAME='Zoë Q. Public' GIT_AUTHOR_EMAIL=zoe.q@example.org git commit -q --allow-empty --date='2025-12-24T18:30:00+0530' -m 'Zoë: does % nothing!'
git tag v1; git tag -a v2 -m two; git branch other; git update-ref refs/remotes/origin/main HEAD
c '  odd...subject--here.  '
for f in %H%h%T%t%P%p %an,%ae,%al,%aN,%aE,%aL %cn,%ce,%cl,%cN,%cE %ad,%aD,%at,%ai,%aI,%as %cd,%cD,%ct,%ci,%cI,%cs %s %f %b %B %e %d %D %N %m %n %% %x41%x0a '%gd|%gs|%gn' '%G?' '%+b|%-b|% b' '%+s|%-d|% D' '%<(20)%s|' '%<(6,trunc)%s|' '%<(8,ltrunc)%s|' '%<(8,mtrunc)%s|' '%>(20)%s|' '%>>(3)%s|' '%><(21)%s|' '%<|(12)%h|%s' '%>|(30)%s|' '%C(red)%s%C(reset)' '%Cgreen%s%Creset' '%(trailers)' '%(trailers:key=Reviewed-by)' '%(trailers:only,unfold)' '%(trailers:key=Signed-off-by,valueonly,separator=%x2C)' '%zz %'; do
  t log --format="$f"
done
t log --format=format:%B
t log --pretty=tformat:%B
t log --format=
t log --pretty=format:
for d in default local iso iso-local iso-strict iso8601 iso8601-strict rfc rfc2822 short short-local unix raw raw-local format:%Y-%j-%e_%H.%M.%S_%a_%A_%b_%B_%p_%I_%y_%u_%w_%z_%Z_%s_%c_%x_%X_%D_%F_%T_%R_%C_%G-%V_%U_%k_%l_%h_%n_%t_%% format-local:%H; do
  t log --date=$d --format='%ad | %cd' -2 other
  TZ=America/New_York t log --date=$d --format='%ad' -1 other
done
t log --pretty=short -2
t log --pretty=medium -2
t log --pretty=full -2
t log --pretty=fuller -2
t log --pretty=raw -2
t log --pretty=reference
t log --pretty=oneline
t log --pretty=oneline --abbrev-commit
t log --oneline --no-abbrev-commit
t log --oneline --parents
t log --abbrev=12 --oneline -2
t log --oneline --decorate=full
t log --oneline --decorate=short -2 other
t log --pretty=nothing
git config pretty.mine '%h by %an'
t log --pretty=mine -2
git config format.pretty oneline
t log -2
git config --unset format.pretty; git config log.date iso
t log -1
t log --author='Zo' --format=%s
t log --author='^Ada' --format=%s
t log --committer=ada --format=%s
t log -i --grep=SUBJECT --format=%s
t log --grep=one --grep=odd --format=%s
t log --grep=body --grep=Reviewed --all-match --format=%s
t log --grep=body --invert-grep --format=%s
t log -F --grep=... --format=%s
t log -E --grep='(one|two)$' --format=%s
t log --grep='\(odd\|nothing\)' --format=%s
t log -G'^on' --format=%s
t log --min-parents=1 --format=%s
t log --max-parents=0 --format=%s
t log --until=2025-12-31 --format=%s
t log --no-walk --format=%s HEAD HEAD~2
t log --reverse --format=%s
t log --all --format=%s --skip=1 -2
t log --branches --tags --remotes --format=%s
t show v1 v2 --format=%s -s
t show --pretty=fuller v2
t show HEAD~1 HEAD~3 --oneline
t show other:f HEAD~2:f
t show HEAD^{tree}
t show HEAD~2..HEAD --format=%s -s
t rev-list HEAD --format=%s
t rev-list HEAD --oneline
t rev-list HEAD --pretty
t rev-list --all --parents
t rev-list --all --timestamp
t rev-list --objects HEAD~2
t rev-list --count --left-right other...HEAD
t rev-list --left-right other...HEAD~2
t rev-list --max-count=1 --abbrev-commit HEAD
t rev-list --no-walk HEAD~1 HEAD
t rev-list --reverse HEAD -- f
t shortlog HEAD
t shortlog -sne HEAD
t shortlog --format=%h HEAD
git log | t shortlog -s
