#!/usr/bin/env bash
# Releases the version in package.json: bash .github/scripts/release.sh check | publish [asset …]
# The tag vX.Y.Z belongs to the release and never moves; vX has no release, so it can, and always names the newest of them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

fail() {
  printf '::error title=No release::%s\n' "$1"
  exit 1
}

version=$(node --print 'require("./package.json").version')
[[ $version =~ ^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$ ]] ||
  fail 'the version in package.json is not of the form X.Y.Z'
tag=v$version major=v${version%%.*} commit=$(git rev-parse HEAD)

# What an earlier attempt has released from this very commit is not new, but may be completed.
if tagged=$(git rev-parse --quiet --verify "refs/tags/$tag^{commit}"); then
  [[ $tagged == "$commit" ]] || fail "$tag is released already, from another commit: npm version --no-git-tag-version, commit, merge"
  released=true
else
  newest=$(git tag --list "$major.*.*" | sort --version-sort | tail --lines 1)
  [[ $(printf '%s\n' "$newest" "$tag" | sort --version-sort | tail --lines 1) == "$tag" ]] || fail "$tag is older than $newest"
  released=false
fi

if [[ ${1:-} == publish ]]; then
  shift
  if [[ $released == false ]]; then
    notes=$(mktemp)
    previous=$(git describe --tags --abbrev=0 --match 'v*.*.*' 2>/dev/null || true)
    git log --no-merges --format='- %s' "${previous:+$previous..}HEAD" >"$notes"
    # With assets gh makes a draft first and publishes it last: what is immutable from then on is complete.
    gh release create "$tag" --target "$commit" --title "$tag" --notes-file "$notes" "$@"
  fi
  gh api --silent --method PATCH "repos/$GH_REPO/git/refs/tags/$major" -f "sha=$commit" -F force=true ||
    gh api --silent --method POST "repos/$GH_REPO/git/refs" -f "ref=refs/tags/$major" -f "sha=$commit"
fi
printf '%s of %s, and %s with it\n' "$tag" "$commit" "$major"
