#!/bin/sh
# Runs uv with the package index that this machine is set to:  sh requirements/uv.sh UV ARGUMENTS…
#
# The lock names no server. Which one gives the packages is set in uv's own way (UV_DEFAULT_INDEX,
# uv.toml) or in pip's (PIP_INDEX_URL, pip.conf). uv reads only its own, so pip's are handed to it
# here: in the environment, because an address may hold a password and a command line is public.
set -euf
uv=$1
shift

settings=$("$(dirname "$uv")/python" -m pip config list 2>/dev/null || true)

# The value of one of pip's options. The environment counts most, then [install], then [global].
of_pip() {
    for section in :env: install global; do
        value=$(printf '%s\n' "$settings" | sed -n \
            -e "s/^$section\.$1=['\"]\(.*\)['\"]\$/\1/" -e 't found' -e d -e ': found' \
            -e 's/\\n/ /g' -e p)
        if [ -n "$value" ]; then
            echo $value # unquoted: any white space between several values becomes one blank
            return
        fi
    done
}

# Sets a variable of uv to an option of pip, unless it is set or pip has none.
hand_over() {
    eval "known=\${$1:-}"
    value=$(of_pip "$2")
    if [ -z "$known" ] && [ -n "$value" ]; then
        export "$1=$value"
    fi
}

uv_names_an_index() {
    [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}${UV_INDEX:-}" ] || return 0
    for file in "${UV_CONFIG_FILE:-}" "${XDG_CONFIG_HOME:-${HOME:-}/.config}/uv/uv.toml" \
        /etc/xdg/uv/uv.toml /etc/uv/uv.toml; do
        if [ -n "$file" ] && grep -q '^[^#]*index' "$file" 2>/dev/null; then return 0; fi
    done
    return 1
}

if ! uv_names_an_index; then
    hand_over UV_DEFAULT_INDEX index-url
    hand_over UV_EXTRA_INDEX_URL extra-index-url
    hand_over UV_FIND_LINKS find-links
    hand_over UV_INSECURE_HOST trusted-host
    case $(of_pip no-index) in 1 | [Tt]rue | [Yy]es | [Oo]n) set -- "$@" --no-index ;; esac
fi
if [ -n "${UV_FIND_LINKS:-}" ]; then
    UV_FIND_LINKS=$(echo "$UV_FIND_LINKS" | tr ' ' ',')
fi
hand_over SSL_CERT_FILE cert
hand_over HTTPS_PROXY proxy

"$uv" "$@" || {
	echo 'Once more, with the certificates of this system' >&2
	"$uv" "$@" --system-certs
}
