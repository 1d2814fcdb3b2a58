/* SPDX-License-Identifier: MIT */
#include "schedule.h"

#include <string.h>

static const char *const kind_names[DEV_NR] = {
	[DEV_SWITCH] = "switch", [DEV_STALE] = "stale", [DEV_DELAY] = "delay",
	[DEV_TEAR] = "tear", [DEV_CACHED] = "cached", [DEV_MEMBER] = "member",
	[DEV_LATE] = "late", [DEV_HW] = "hw", [DEV_FAULT] = "fault",
	[DEV_OP] = "op",
};

const char *dev_kind_name(enum dev_kind kind)
{
	return kind < DEV_NR ? kind_names[kind] : "?";
}

void schedule_decode(struct schedule *s, const void *data, size_t size)
{
	const u8 *p = data;

	s->nr = 0;
	while (size && s->nr < SCHEDULE_MAX) {
		u8 rec[8] = { 0 };
		size_t n = size < 8 ? size : 8;
		struct deviation *d = &s->dev[s->nr++];

		memcpy(rec, p, n);
		d->kind = rec[0];
		d->agent = rec[1];
		d->op = rec[2];
		d->sub = rec[3];
		d->step = (u16)(rec[4] | rec[5] << 8);
		d->value = (u16)(rec[6] | rec[7] << 8);
		p += n;
		size -= n;
	}
}

size_t schedule_encode(const struct schedule *s, void *buf)
{
	u8 *p = buf;

	for (u32 i = 0; i < s->nr; i++, p += 8) {
		const struct deviation *d = &s->dev[i];

		p[0] = d->kind;
		p[1] = d->agent;
		p[2] = d->op;
		p[3] = d->sub;
		p[4] = (u8)d->step;
		p[5] = (u8)(d->step >> 8);
		p[6] = (u8)d->value;
		p[7] = (u8)(d->value >> 8);
	}
	return (size_t)s->nr * 8;
}
