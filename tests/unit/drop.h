/* SPDX-License-Identifier: MIT */
/* drop - which rule of the machine a test program is to do without */
#ifndef TESTS_DROP_H
#define TESTS_DROP_H

/** rules_drop() - what --drop= says; call it first */
void rules_drop(int argc, char **argv);

/** rules_drop_only() - also run none but the tests named after that rule */
void rules_drop_only(int argc, char **argv);

#endif
