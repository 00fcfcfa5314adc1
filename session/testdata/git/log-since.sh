mkdir repo && cd repo
git init -q
now=$(date +%s)
for days in 800 400 100 20 9 3 1 0; do
  export GIT_AUTHOR_DATE="$((now - days * 86400 - 600)) +0000" GIT_COMMITTER_DATE="$((now - days * 86400 - 600)) +0000"
  git commit -q --allow-empty -m "$days days"
done
for since in '2 days ago' 2.weeks.ago '1 month ago' yesterday 'last year' '3 months ago' '2 years 1 month ago' 'a week ago' 'one week ago' 'an hour ago' '30 minutes ago' 'last month' '400 hours' never '10 days 3 hours ago'; do
  t log --format=%s --since="$since"
  t log --format=%s --until="$since"
done
t log --date=relative --format='%ad'
t log --format='%ar|%cr'
t log --format=%s --since=2020-01-01 --before='5 days ago'
