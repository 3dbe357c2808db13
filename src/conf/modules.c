/* modules.c - nginx's modules by one directive that stands for each */
#include "conf/modules.h"

#include "base/attr.h"
#include "conf/directive.h"

struct module {
    const char *name;
    const char *directive;
};

static const struct module by_default[] = {
    {"http_charset_module", "charset"},
    {"http_gzip_module", "gzip"},
    {"http_ssi_module", "ssi"},
    {"http_userid_module", "userid"},
    {"http_access_module", "allow"},
    {"http_auth_basic_module", "auth_basic"},
    {"http_mirror_module", "mirror"},
    {"http_autoindex_module", "autoindex"},
    {"http_geo_module", "geo"},
    {"http_map_module", "map"},
    {"http_split_clients_module", "split_clients"},
    {"http_referer_module", "valid_referers"},
    {"http_rewrite_module", "rewrite"},
    {"http_proxy_module", "proxy_pass"},
    {"http_fastcgi_module", "fastcgi_pass"},
    {"http_uwsgi_module", "uwsgi_pass"},
    {"http_scgi_module", "scgi_pass"},
    {"http_grpc_module", "grpc_pass"},
    {"http_memcached_module", "memcached_pass"},
    {"http_limit_conn_module", "limit_conn"},
    {"http_limit_req_module", "limit_req"},
    {"http_empty_gif_module", "empty_gif"},
    {"http_browser_module", "modern_browser"},
    {"http_upstream_hash_module", "hash"},
};

static const struct module on_request[] = {
    {"http_ssl_module", "ssl_certificate"},
    {"http_v2_module", "http2"},
    {"http_v3_module", "http3"},
    {"http_realip_module", "set_real_ip_from"},
    {"http_addition_module", "add_before_body"},
    {"http_sub_module", "sub_filter"},
    {"http_dav_module", "dav_methods"},
    {"http_flv_module", "flv"},
    {"http_mp4_module", "mp4"},
    {"http_gunzip_module", "gunzip"},
    {"http_gzip_static_module", "gzip_static"},
    {"http_auth_request_module", "auth_request"},
    {"http_random_index_module", "random_index"},
    {"http_secure_link_module", "secure_link"},
    {"http_slice_module", "slice"},
    {"http_stub_status_module", "stub_status"},
};

static bool is_done(const char *directive)
{
    for (size_t i = 0; i < directive_table_count; i++) {
        const struct directive_table *table = directive_tables[i];

        for (size_t k = 0; k < table->count; k++)
            if (str_equals(str_of(table->rows[k].name), str_of(directive)))
                return table->rows[k].class == DIRECTIVE_DONE;
    }
    return false;
}

void modules_put(struct buf *into)
{
    for (size_t i = 0; i < ARRAY_LEN(on_request); i++)
        if (is_done(on_request[i].directive))
            buf_printf(into, " --with-%s", on_request[i].name);
    for (size_t i = 0; i < ARRAY_LEN(by_default); i++)
        if (!is_done(by_default[i].directive))
            buf_printf(into, " --without-%s", by_default[i].name);
}
