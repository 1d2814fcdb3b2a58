/* SPDX-License-Identifier: MIT */
/*
 * void fiber_asm_switch(void **save_sp, void *sp)
 *
 * Push the callee-saved registers, exchange stacks, pop. A new fiber's stack
 * is prepared so that the final ret lands in fiber_asm_start, whose frame
 * description says "no caller": an unwinder stops there.
 */
	.text
	.globl	fiber_asm_switch
	.type	fiber_asm_switch, @function
fiber_asm_switch:
	.cfi_startproc
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, (%rdi)
	movq	%rsi, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	popq	%rcx
	jmp	*%rcx
	.cfi_endproc
	.size	fiber_asm_switch, . - fiber_asm_switch

	.globl	fiber_asm_start
	.type	fiber_asm_start, @function
fiber_asm_start:
	.cfi_startproc
	.cfi_undefined rip
	call	*%rbx
	ud2
	.cfi_endproc
	.size	fiber_asm_start, . - fiber_asm_start
	.section .note.GNU-stack, "", @progbits
