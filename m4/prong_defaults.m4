# What is compiled in: paths, user, and the facts that "prong -V" prints.

# _PRONG_EXPAND(variable): resolves ${prefix} and its like in a path.
AC_DEFUN([_PRONG_EXPAND], [
    prong_saved_prefix=$prefix
    prong_saved_exec_prefix=$exec_prefix
    AS_IF([test "$prefix" = NONE], [prefix=$ac_default_prefix])
    AS_IF([test "$exec_prefix" = NONE], [exec_prefix=$prefix])
    while :; do
        eval prong_expanded=\"[$]$1\"
        AS_IF([test "$prong_expanded" = "[$]$1"], [break])
        $1=$prong_expanded
    done
    prefix=$prong_saved_prefix
    exec_prefix=$prong_saved_exec_prefix
])

# _PRONG_PATH(option, variable, default, DEFINE, what it is)
AC_DEFUN([_PRONG_PATH], [
    AC_ARG_WITH([$1], [AS_HELP_STRING([--with-$1=PATH], [$5 [$3]])],
        [$2=$withval], [$2='$3'])
    AS_CASE([$[]$2], [yes|no|''],
        [AC_MSG_ERROR([--with-$1 needs a path])])
    _PRONG_EXPAND([$2])
    AC_DEFINE_UNQUOTED([$4], ["$[]$2"], [$5])
])

AC_DEFUN([PRONG_DEFAULTS], [
    _PRONG_PATH([conf-path], [prong_conf_path],
        [${sysconfdir}/prong/prong.conf], [PRONG_CONF_PATH],
        [the configuration file])
    _PRONG_PATH([run-prefix], [prong_run_prefix], [${prefix}], [PRONG_PREFIX],
        [where relative paths of the configuration start])
    _PRONG_PATH([pid-path], [prong_pid_path], [run/prong.pid], [PRONG_PID_PATH],
        [the pid file; lock and FIFOs are beside it])
    _PRONG_PATH([error-log-path], [prong_error_log_path], [logs/error.log],
        [PRONG_ERROR_LOG_PATH], [the error log])
    _PRONG_PATH([http-log-path], [prong_access_log_path], [logs/access.log],
        [PRONG_ACCESS_LOG_PATH], [the access log])

    AC_ARG_WITH([user], [AS_HELP_STRING([--with-user=NAME],
        [whom the workers are @<:@www-data where it exists, else nobody@:>@])],
        [prong_user=$withval],
        [AS_IF([id www-data >/dev/null 2>&1],
            [prong_user=www-data], [prong_user=nobody])])
    AC_ARG_WITH([group], [AS_HELP_STRING([--with-group=NAME],
        [their group @<:@that of the user@:>@])], [prong_group=$withval],
        [prong_group=`id -gn "$prong_user" 2>/dev/null || echo "$prong_user"`])
    AC_DEFINE_UNQUOTED([PRONG_USER], ["$prong_user"], [whom the workers are])
    AC_DEFINE_UNQUOTED([PRONG_GROUP], ["$prong_group"], [their group])

    # Where "make install" puts it; with a prefix of its own unless it was named.
    AS_IF([test -n "$with_conf_path"],
        [prong_conf_dir=`AS_DIRNAME(["$prong_conf_path"])`
         prong_conf_name=`AS_BASENAME(["$prong_conf_path"])`],
        [prong_conf_dir='${sysconfdir}/prong'
         prong_conf_name=prong.conf])
    AC_SUBST([prong_conf_dir])
    AC_SUBST([prong_conf_name])
])

AC_DEFUN([PRONG_BUILD_FACTS], [
    prong_cc_version=`$CC --version 2>/dev/null | head -n 1 | tr -d '"\\\\'`
    AC_DEFINE_UNQUOTED([PRONG_CC_VERSION], ["$prong_cc_version"],
        [the compiler, as it names itself])
    prong_escaped_args=`AS_ECHO(["$prong_configure_args"]) |
        sed 's/[[\\\\"]]/\\\\&/g; s/^ *//'`
    AC_DEFINE_UNQUOTED([PRONG_CONFIGURE_ARGS], ["$prong_escaped_args"],
        [the arguments of configure])
    AC_DEFINE_UNQUOTED([PRONG_LLHTTP_VERSION], ["$prong_llhttp_version"],
        [the version of llhttp])
])
