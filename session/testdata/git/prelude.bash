# Before each script: who and when, and t, which shows a command, what it prints
# and how it ended.
export HOME=$PWD GIT_CONFIG_NOSYSTEM=1 GIT_PAGER=cat LC_ALL=C TZ=UTC
git config --global user.name Ada
git config --global user.email ada@example.com
git config --global init.defaultBranch main
now=1767323045
tick() {
  now=$((now + 60))
  export GIT_AUTHOR_DATE="$now +0000" GIT_COMMITTER_DATE="$now +0000"
}
t() {
  echo "\$ git $*"
  git "$@" 2>&1
  local status=$?
  [ $status = 0 ] || echo "[exit $status]"
}
tick
exec 2>&1
