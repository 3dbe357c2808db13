/* prong.c - the program's entry */
#include <stdio.h>

#include "config.h"

int main(void)
{
    fprintf(stderr, "prong version: prong/" PACKAGE_VERSION "\n");
    return 0;
}
