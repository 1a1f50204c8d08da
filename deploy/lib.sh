# Shared by up.sh, down.sh and tests/run.sh: say, refuse, and make sure of what the product stands on. Bash.

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# value OPTION WHAT GIVEN: what was given with an option, which must be something.
value() { [ -n "$3" ] || die "$1 needs $2"; printf '%s\n' "$3"; }

# detached LOG COMMAND...: runs on by itself, as $!. It keeps none of its caller's open files: a lock among them, such
# as that of flock(1), would be held for as long as it runs.
detached() {
  local log=$1 fd
  shift
  (
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      [ "$fd" -le 2 ] || eval "exec $fd>&-"
    done
    exec setsid nohup "$@" >>"$log" 2>&1 </dev/null
  ) &
}

# install PACKAGE...: from the distribution, when this user may.
install() {
  command -v apt-get >/dev/null || die "$* is missing and this system has no apt-get: install it by hand, then run this again"
  [ "$(id -u)" = 0 ] || die "$* is missing and only root may install it: run 'sudo apt-get install $*', then run this again"
  say "installing $* from the distribution …"
  # A machine that has just started may be updating itself: that is waited for.
  local -x DEBIAN_FRONTEND=noninteractive
  local from_apt=(apt-get -o DPkg::Lock::Timeout=300 install -y -qq "$@")
  if ! "${from_apt[@]}" >/dev/null 2>&1; then
    apt-get update -qq >/dev/null 2>&1 || true
    "${from_apt[@]}" >/dev/null 2>&1 \
      || die "the distribution could not install $*: install it by hand, then run this again"
  fi
}

need_dotnet() {
  command -v dotnet >/dev/null || install dotnet-sdk-10.0
  dotnet --list-sdks | grep -q '^10\.' \
    || die "the .NET 10 SDK is needed, this machine has: $(dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' ')"
}

docker_answers() { curl -sf -m 5 --unix-socket "${DOCKER_SOCKET:-/var/run/docker.sock}" http://docker/_ping >/dev/null 2>&1; }

# naming_runtime: the option by which an engine that is started here can serve warm sandboxes (docs/warm.md). The script
# must outlive this folder; an engine whose own settings name runtimes refuses the option beside them.
naming_runtime() {
  local into=/usr/local/bin/orc-runtime
  ! grep -qs '"runtimes"' /etc/docker/daemon.json || return 0
  cp "$ROOT/deploy/orc-runtime" "$into.new" 2>/dev/null && chmod 755 "$into.new" && mv "$into.new" "$into" || return 0
  printf '%s\n' "--add-runtime orc=$into"
}

need_docker() {
  command -v curl >/dev/null || install curl
  docker_answers && return 0
  local socket=${DOCKER_SOCKET:-/var/run/docker.sock}
  [ ! -S "$socket" ] || [ -w "$socket" ] \
    || die "$(id -un) may not use the Docker engine at $socket: join its group with 'sudo usermod -aG $(stat -c %G "$socket") $(id -un)' and log in again, or run this as root"
  command -v dockerd >/dev/null || install docker.io
  docker_answers && return 0
  [ "$(id -u)" = 0 ] || die "no Docker engine answers and only root may start one: run 'sudo systemctl start docker', then run this again"
  say "starting the Docker engine …"
  if [ -d /run/systemd/system ]; then
    systemctl start docker >/dev/null 2>&1 || true
  elif ! pgrep -x dockerd >/dev/null; then
    rm -f /var/run/docker.pid
    detached /var/log/dockerd.log dockerd $(naming_runtime)
  fi
  local deadline=$((SECONDS + 60))
  until docker_answers; do
    [ $SECONDS -lt $deadline ] || die "the Docker engine did not answer within 60 s; its log is /var/log/dockerd.log"
    sleep 0.2
  done
}

# need_sshd: the program for tests, never the service, which would let others log in. Without it their tests skip.
need_sshd() {
  [ ! -x /usr/sbin/sshd ] || return 0
  [ "$(id -u)" = 0 ] || { say "no sshd here and only root may install it: tests over ssh are skipped"; return 0; }
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e $policy ]; then made=1; printf '#!/bin/sh\nexit 101\n' >$policy; chmod +x $policy; fi
  (install openssh-server) || say "tests over ssh are skipped"
  [ -z "$made" ] || rm -f $policy
}

# need_postgres: the server's programs for tests, which start servers of their own; and what joins machines to networks.
# Without them the tests that need them skip.
need_postgres() {
  local missing=()
  ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
  [ -n "$(PATH=$PATH:/usr/sbin:/sbin command -v ip)" ] || missing+=(iproute2)
  command -v nsenter >/dev/null && command -v unshare >/dev/null || missing+=(util-linux)
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || { say "only root may install ${missing[*]}: tests that need them are skipped"; return 0; }
  # The package would start a server of its own, which nobody asked for.
  local conf=/etc/postgresql-common/createcluster.conf
  if [ ! -e $conf ]; then mkdir -p "${conf%/*}"; echo 'create_main_cluster = false' >$conf; fi
  (install "${missing[@]}") || say "tests that need ${missing[*]} are skipped"
}

# need_clients: the client libraries that the conformance tests drive the server with: npm's for JavaScript, kept outside
# of the tree, and the distribution's for Python. Without them their tests skip.
need_clients() {
  local from=$ROOT/tests/Orchestrator.Conformance.Tests/Clients/javascript
  local into=${XDG_CACHE_HOME:-$HOME/.cache}/orchestrator-tests/javascript
  if ! /usr/bin/python3 -c 'import kubernetes' 2>/dev/null; then
    if [ "$(id -u)" = 0 ]; then (install python3-kubernetes) || say "tests with python3-kubernetes are skipped"
    else say "only root may install python3-kubernetes: its tests are skipped"; fi
  fi
  command -v npm >/dev/null || { say "no npm here: tests with the JavaScript client are skipped"; return 0; }
  cmp -s "$from/package-lock.json" "$into/installed" && return 0
  say "installing the JavaScript client with npm …"
  mkdir -p "$into"
  cp "$from/package.json" "$from/package-lock.json" "$into/"
  # Its newest version is for a newer Node than many machines have; the tests look for that themselves.
  if npm ci --prefix "$into" --ignore-scripts --no-audit --no-fund >"$into/npm.log" 2>&1; then
    cp "$from/package-lock.json" "$into/installed"
  else
    say "npm could not install the JavaScript client ($into/npm.log): its tests are skipped"
  fi
}

# need_kubectls: the distribution's kubectl, an old one, for tests of many versions; unpacked, never installed, so that it
# takes nobody's place. Without it those tests do with the versions that are there.
need_kubectls() {
  local folder=${HOME:-/root}/.cache/orc-kubectl stage program
  ls "$folder"/kubectl.* >/dev/null 2>&1 && return 0
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || return 0
  stage=$(mktemp -d)
  chmod 755 "$stage"
  program="$stage/x/usr/bin/kubectl"
  if (cd "$stage" && { apt-get download -qq kubernetes-client || { apt-get update -qq && apt-get download -qq kubernetes-client; }; } \
    && dpkg -x kubernetes-client_*.deb x) >/dev/null 2>&1; then
    mkdir -p "$folder"
    mv "$program" "$folder/kubectl.$("$program" version --client -o json | sed -n 's/.*"gitVersion": "v\([0-9]*\.[0-9]*\).*/\1/p')"
  else
    say "no old kubectl to be had: it is tested with those that are there"
  fi
  rm -rf "$stage"
}

# need_image NAME: a busybox of the distribution as an image, since not every machine reaches a registry.
need_image() {
  local image=$1 code stage
  code=$(curl -s -o /dev/null -w '%{http_code}' --unix-socket "${DOCKER_SOCKET:-/var/run/docker.sock}" "http://docker/images/$image/json")
  [ "$code" = 200 ] && return 0
  [ -x /bin/busybox ] && /bin/busybox 2>/dev/null | grep -q . || install busybox-static
  say "importing $image from the busybox of the distribution …"
  stage=$(mktemp -d)
  mkdir -p "$stage"/{bin,etc,tmp,var/www,proc,sys,dev,root,usr/bin}
  cp "$(command -v busybox)" "$stage/bin/busybox"
  local applet
  for applet in $("$stage/bin/busybox" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$stage/bin/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$stage/etc/passwd"
  printf 'root:x:0:\nnobody:x:65534:\n' >"$stage/etc/group"
  chmod 1777 "$stage/tmp"
  tar -C "$stage" -c . | curl -sf --unix-socket "${DOCKER_SOCKET:-/var/run/docker.sock}" -X POST \
    -H 'Content-Type: application/x-tar' --data-binary @- -o /dev/null \
    "http://docker/images/create?fromSrc=-&repo=${image%:*}&tag=${image##*:}&changes=CMD%20%5B%22sh%22%5D&changes=ENV%20PATH%3D%2Fbin" \
    || die "the Docker engine refused the image $image"
  rm -rf "$stage"
}

# engine: which Orleans to build on, Microsoft or Local. The probe is bounded and its answer remembered.
engine() {
  if [ -n "${ORC_ENGINE:-}" ]; then
    case $ORC_ENGINE in Microsoft | Local) echo "$ORC_ENGINE"; return ;; esac
    die "ORC_ENGINE is \"$ORC_ENGINE\": expected Microsoft or Local"
  fi
  local memo="$ROOT/.orleans-engine" key="feed=${ORLEANS_FEED:-}"
  if [ -f "$memo" ] && [ "$(head -n 1 "$memo")" = "$key" ]; then
    tail -n 1 "$memo"
    return
  fi
  say "looking whether the Orleans packages can be restored …"
  local probe answer=Local
  probe=$(mktemp -d)
  cat >"$probe/probe.csproj" <<'P'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <RestoreAdditionalProjectSources>$(ORLEANS_FEED)</RestoreAdditionalProjectSources>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.Orleans.Core.Abstractions" Version="10.2.2" />
    <PackageReference Include="Microsoft.Orleans.CodeGenerator" Version="10.2.2" />
  </ItemGroup>
</Project>
P
  # A folder of its own, so that a package left in the user's cache is no answer.
  if timeout 60 dotnet restore "$probe/probe.csproj" --packages "$probe/packages" >/dev/null 2>&1; then answer=Microsoft; fi
  rm -rf "$probe"
  printf '%s\n%s\n' "$key" "$answer" >"$memo"
  echo "$answer"
}
