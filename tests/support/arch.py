#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The owstore authors
# SPDX-License-Identifier: Apache-2.0
"""Write small models of the architectures that the engine has a row for.

    arch.py FOLDER [NAME…]

Weights are drawn from the name, in F32; every rule that sets an architecture apart is in force: windows that are shorter
than the prompt, positions that reach beyond the original context, experts of which some are not chosen, scales that
are not 1. The same name gives the same bytes. tests/unit/infer/arch/NAME.f32 holds the logits after each of the 24
tokens of the prompt as llama.cpp v0.5.0 computes them (F32 cache, no flash attention, one thread, GELU not from its table
of half floats; tools/reference-logits): NAME is the name of a model here, not always of its architecture. Models without such a file are compared with each other, or
refused.
"""
import random
import struct
import sys
from array import array
from pathlib import Path

VOCAB, PROMPT = 96, 24
U32, FLOAT, BOOL, STRING, ARRAY, I32 = 4, 6, 7, 8, 9, 5


def string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def entry(key, value):
    if isinstance(value, bool):
        return string(key) + struct.pack("<I?", BOOL, value)
    if isinstance(value, int):
        return string(key) + struct.pack("<II", U32, value)
    if isinstance(value, float):
        return string(key) + struct.pack("<If", FLOAT, value)
    if isinstance(value, str):
        return string(key) + struct.pack("<I", STRING) + string(value)
    kind, letter = (BOOL, "?") if isinstance(value[0], bool) else (U32, "I")
    return string(key) + struct.pack(f"<IIQ{len(value)}{letter}", ARRAY, kind, len(value), *value)


class Model:
    """What is common; an architecture changes keys and tensors."""

    def __init__(self, name, arch, blocks=3, dim=64, heads=4, kv=2, head=16, feed=96, tied=False, rms=True, **keys):
        self.name, self.arch, self.random = name, arch, random.Random(name)
        self.blocks, self.dim, self.heads, self.kv, self.head, self.feed = blocks, dim, heads, kv, head, feed
        self.keys = {
            "block_count": blocks, "context_length": 512, "embedding_length": dim, "feed_forward_length": feed,
            "attention.head_count": heads, "attention.head_count_kv": kv, "attention.key_length": head,
            "attention.value_length": head, "rope.dimension_count": head, "rope.freq_base": 10000.0,
            "vocab_size": VOCAB,
            "attention.layer_norm_rms_epsilon" if rms else "attention.layer_norm_epsilon": 1e-5,
            **{k.replace("__", "."): v for k, v in keys.items()},
        }
        self.tensors = []
        self.matrix("token_embd.weight", dim, VOCAB, size=1)
        self.vector("output_norm.weight", dim)
        if not tied:
            self.matrix("output.weight", dim, VOCAB)

    def matrix(self, name, columns, rows, experts=0, size=None):
        size = size or 2.5 / columns ** 0.5
        n = columns * rows * max(experts, 1)
        dims = (columns, rows, experts) if experts else (columns, rows)
        self.tensors.append((name, dims, array("f", (self.random.uniform(-size, size) for _ in range(n)))))

    def vector(self, name, n, middle=1.0, around=0.4):
        values = (middle + self.random.uniform(-around, around) for _ in range(n))
        self.tensors.append((name, (n,), array("f", values)))

    def attention(self, b, pre=True, biases=False):
        if pre:
            self.vector(b + "attn_norm.weight", self.dim)
        for part, rows in (("q", self.heads), ("k", self.kv), ("v", self.kv)):
            self.matrix(b + f"attn_{part}.weight", self.dim, rows * self.head)
            if biases:
                self.vector(b + f"attn_{part}.bias", rows * self.head, 0.0)
        self.matrix(b + "attn_output.weight", self.heads * self.head, self.dim)

    def net(self, b, pre=True, fused=False):
        if pre:
            self.vector(b + "ffn_norm.weight", self.dim)
        if fused:
            self.matrix(b + "ffn_up.weight", self.dim, 2 * self.feed)
        else:
            self.matrix(b + "ffn_gate.weight", self.dim, self.feed)
            self.matrix(b + "ffn_up.weight", self.dim, self.feed)
        self.matrix(b + "ffn_down.weight", self.feed, self.dim)

    def experts(self, b, n, feed, shared=0, bias=False):
        self.vector(b + "ffn_norm.weight", self.dim)
        if bias:
            self.vector(b + "exp_probs_b.bias", n, 0.0)
        self.matrix(b + "ffn_gate_inp.weight", self.dim, n)
        self.matrix(b + "ffn_gate_exps.weight", self.dim, feed, n)
        self.matrix(b + "ffn_up_exps.weight", self.dim, feed, n)
        self.matrix(b + "ffn_down_exps.weight", feed, self.dim, n)
        if shared:
            self.matrix(b + "ffn_gate_shexp.weight", self.dim, shared)
            self.matrix(b + "ffn_up_shexp.weight", self.dim, shared)
            self.matrix(b + "ffn_down_shexp.weight", shared, self.dim)

    def qk_norms(self, b, q=None, k=None):
        self.vector(b + "attn_q_norm.weight", q or self.head)
        self.vector(b + "attn_k_norm.weight", k or self.head)

    def post_norms(self, b):
        self.vector(b + "post_attention_norm.weight", self.dim)
        self.vector(b + "post_ffw_norm.weight", self.dim)

    def each(self):
        return (f"blk.{i}." for i in range(self.blocks))

    def write(self, path):
        keys = [entry("general.architecture", self.arch), entry("general.name", self.name),
                *(entry(f"{self.arch}.{k}", v) for k, v in self.keys.items()),
                entry("tokenizer.ggml.model", "none")]
        infos, off = [], 0
        for name, dims, values in self.tensors:
            infos.append(string(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, 0, off))
            off += len(values) * 4 + -len(values) * 4 % 32
        head = b"GGUF" + struct.pack("<IQQ", 3, len(infos), len(keys)) + b"".join(keys) + b"".join(infos)
        with open(path, "wb") as f:
            f.write(head + bytes(-len(head) % 32))
            for _, _, values in self.tensors:
                if sys.byteorder == "big":
                    values.byteswap()
                f.write(values.tobytes() + bytes(-len(values) * 4 % 32))


def plain(name, arch, biases=False, **keys):
    m = Model(name, arch, **keys)
    for b in m.each():
        m.attention(b, biases=biases)
        m.net(b)
    return m


def mistral3(name):
    return plain(name, "mistral3", attention__temperature_scale=0.4, rope__scaling__type="yarn",
                 rope__scaling__factor=4.0, rope__scaling__original_context_length=8,
                 rope__scaling__yarn_log_multiplier=1.0)


def qwen3moe(name):
    m = Model(name, "qwen3moe", head=24, expert_count=6, expert_used_count=2, expert_feed_forward_length=40)
    for b in m.each():
        m.attention(b)
        m.qk_norms(b)
        m.experts(b, 6, 40)
    return m


def gemma(name):
    return plain(name, "gemma", head=32, tied=True)


def gemma3(name):
    m = Model(name, "gemma3", blocks=7, head=32, tied=True, attention__sliding_window=6, rope__freq_base=1e6,
              rope__scaling__type="linear", rope__scaling__factor=8.0)
    for b in m.each():
        m.attention(b)
        m.qk_norms(b)
        m.net(b)
        m.post_norms(b)
    return m


def granitemoe(name):
    m = Model(name, "granitemoe", tied=True, expert_count=5, expert_used_count=2, expert_shared_feed_forward_length=48,
              embedding_scale=3.0, residual_scale=0.4, logit_scale=2.5, attention__scale=0.3)
    for b in m.each():
        m.attention(b)
        m.experts(b, 5, m.feed, 48)
    return m


def olmo2(name, **keys):
    m = Model(name, "olmo2", blocks=5, kv=4, **keys)
    for b in m.each():
        m.attention(b, pre=False)
        m.qk_norms(b, m.heads * m.head, m.kv * m.head)
        m.net(b, pre=False)
        m.post_norms(b)
    return m


def cohere(name, arch, **keys):
    m = Model(name, arch, tied=True, rms=False, logit_scale=0.25, **keys)
    for b in m.each():
        m.attention(b)
        m.net(b, pre=False)
    return m


def exaone4(name, blocks):
    m = Model(name, "exaone4", blocks=blocks, dim=32, heads=2, kv=1, feed=32, attention__sliding_window=6)
    for b in m.each():
        m.attention(b, pre=False)
        m.qk_norms(b)
        m.net(b, pre=False)
        m.post_norms(b)
    return m


def glm4(name):
    m = Model(name, "glm4", rope__dimension_count=8)
    for b in m.each():
        m.attention(b, biases=True)
        m.net(b, fused=True)
        m.post_norms(b)
    return m


def qwen3(name):
    m = Model(name, "qwen3", head=24)
    for b in m.each():
        m.attention(b)
        m.qk_norms(b)
        m.net(b)
    return m


def llama(name):
    m = Model(name, "llama", rope__scaling__type="linear", rope__scaling__factor=4.0)
    m.vector("rope_freqs.weight", m.head // 2, 2.0, 1.0)
    for b in m.each():
        m.attention(b, biases=True)
        m.vector(b + "attn_output.bias", m.dim, 0.0)
        m.net(b)
        for part, n in (("gate", m.feed), ("up", m.feed), ("down", m.dim)):
            m.vector(b + f"ffn_{part}.bias", n, 0.0)
    return m


def phi3(name):
    m = Model(name, "phi3", rope__dimension_count=8, rope__scaling__original_context_length=256,
              rope__scaling__attn_factor=1.2)
    m.vector("rope_factors_long.weight", 4, 2.0, 1.0)
    m.vector("rope_factors_short.weight", 4, 1.0, 0.2)
    for b in m.each():
        m.vector(b + "attn_norm.weight", m.dim)
        m.matrix(b + "attn_qkv.weight", m.dim, (m.heads + 2 * m.kv) * m.head)
        m.matrix(b + "attn_output.weight", m.heads * m.head, m.dim)
        m.net(b, fused=True)
    return m


def gpt_oss(name):
    experts, feed = 5, 40
    m = Model(name, "gpt-oss", blocks=4, head=24, attention__sliding_window=6, expert_count=experts, expert_used_count=2,
              expert_feed_forward_length=feed, rope__scaling__type="yarn", rope__scaling__factor=4.0,
              rope__scaling__original_context_length=8)
    for b in m.each():
        m.attention(b, biases=True)
        m.vector(b + "attn_output.bias", m.dim, 0.0)
        m.vector(b + "attn_sinks.weight", m.heads, 0.0, 1.0)
        m.experts(b, experts, feed)
        m.vector(b + "ffn_gate_inp.bias", experts, 0.0)
        for part, n in (("gate", feed), ("up", feed), ("down", m.dim)):
            m.matrix(b + f"ffn_{part}_exps.bias", n, experts, size=0.4)
    m.tensors = [(n.replace("ffn_norm", "post_attention_norm"), *rest) for n, *rest in m.tensors]
    return m


def mixtral(name):
    m = Model(name, "llama", expert_count=5, expert_used_count=2)
    for b in m.each():
        m.attention(b)
        m.experts(b, 5, m.feed)
    return m


def gemma2(name):
    m = Model(name, "gemma2", blocks=4, head=32, tied=True, attention__sliding_window=6, attn_logit_softcapping=4.0,
              final_logit_softcapping=5.0)
    for b in m.each():
        m.attention(b)
        m.net(b)
        m.post_norms(b)
    return m


def deepseek2(name, q_rank, absorbed, dense, experts, bias=False, blocks=3, dim=64, heads=4, **keys):
    nope, value, rot, rank = 24, 20, 8, 32
    m = Model(name, "deepseek2", blocks=blocks, dim=dim, heads=heads, rope__dimension_count=rot,
              attention__kv_lora_rank=rank, leading_dense_block_count=dense, expert_count=experts,
              expert_used_count=3, expert_feed_forward_length=16, expert_shared_count=2, **keys)
    m.keys.update({"attention.head_count_kv": 1, "attention.key_length": rank + rot, "attention.value_length": rank,
                   "attention.key_length_mla": nope + rot, "attention.value_length_mla": value} if absorbed else
                  {"attention.head_count_kv": heads, "attention.key_length": nope + rot,
                   "attention.value_length": value})
    if q_rank:
        m.keys["attention.q_lora_rank"] = q_rank
    for i, b in enumerate(m.each()):
        m.vector(b + "attn_norm.weight", m.dim)
        if q_rank:
            m.matrix(b + "attn_q_a.weight", m.dim, q_rank)
            m.vector(b + "attn_q_a_norm.weight", q_rank)
            m.matrix(b + "attn_q_b.weight", q_rank, heads * (nope + rot))
        else:
            m.matrix(b + "attn_q.weight", m.dim, heads * (nope + rot))
        m.matrix(b + "attn_kv_a_mqa.weight", m.dim, rank + rot)
        m.vector(b + "attn_kv_a_norm.weight", rank)
        if absorbed:
            m.matrix(b + "attn_k_b.weight", nope, rank, heads)
            m.matrix(b + "attn_v_b.weight", rank, value, heads)
        else:
            m.matrix(b + "attn_kv_b.weight", rank, heads * (nope + value))
        m.matrix(b + "attn_output.weight", heads * value, m.dim)
        if i < dense:
            m.net(b)
        else:
            m.experts(b, experts, 16, 32, bias)
    return m


def lfm2(name, arch="lfm2", dense=4, **keys):
    taps, experts = 3, 6 if dense < 4 else 0
    m = Model(name, arch, blocks=4, tied=True, shortconv__l_cache=taps, **keys)
    m.tensors = [(n.replace("output_norm", "token_embd_norm"), *rest) for n, *rest in m.tensors]
    m.keys["attention.head_count_kv"] = [0, 2, 0, 1]
    for i, b in enumerate(m.each()):
        m.kv = m.keys["attention.head_count_kv"][i]
        if m.kv:
            m.attention(b)
            m.qk_norms(b)
        else:
            m.vector(b + "attn_norm.weight", m.dim)
            m.matrix(b + "shortconv.in_proj.weight", m.dim, 3 * m.dim)
            m.matrix(b + "shortconv.conv.weight", taps, m.dim)
            m.matrix(b + "shortconv.out_proj.weight", m.dim, m.dim)
        if i < dense:
            m.net(b)
        else:
            m.experts(b, experts, 24, bias=True)
    return m


def gemma4(name, window, kv, feed, own=0, shared=0, experts=0, width=24):
    """Blocks with a window have heads of 16 dimensions, the others of 32; those with experts have no values there."""
    m = Model(name, "gemma4", blocks=len(window), head=32, tied=True, attention__sliding_window=6,
              final_logit_softcapping=5.0, rope__freq_base=1e6, rope__freq_base_swa=10000.0,
              attention__key_length_swa=16, attention__value_length_swa=16, rope__dimension_count_swa=16)
    m.keys.update({"attention.sliding_window_pattern": window, "attention.head_count_kv": kv,
                   "feed_forward_length": feed, "attention.shared_kv_layers": shared,
                   "embedding_length_per_layer_input": own})
    m.vector("rope_freqs.weight", 16, 2.0, 1.0)
    if own:
        m.matrix("per_layer_token_embd.weight", own * m.blocks, VOCAB, size=1)
        m.matrix("per_layer_model_proj.weight", m.dim, own * m.blocks, size=1)
        m.vector("per_layer_proj_norm.weight", own)
    if experts:
        m.keys.update({"expert_count": experts, "expert_used_count": 2, "expert_feed_forward_length": width})
    for i, b in enumerate(m.each()):
        m.head, m.kv, m.feed = 16 if window[i] else 32, kv[i], feed[i]
        m.attention(b)
        m.qk_norms(b)
        m.net(b)
        m.post_norms(b)
        m.vector(b + "layer_output_scale.weight", 1)
        if own:
            m.matrix(b + "inp_gate.weight", m.dim, own)
            m.matrix(b + "proj.weight", own, m.dim)
            m.vector(b + "post_norm.weight", m.dim)
        if experts:
            m.matrix(b + "ffn_gate_inp.weight", m.dim, experts, size=2)
            m.vector(b + "ffn_gate_inp.scale", m.dim, 3.0)
            m.matrix(b + "ffn_gate_up_exps.weight", m.dim, 2 * width, experts)
            m.matrix(b + "ffn_down_exps.weight", width, m.dim, experts)
            m.vector(b + "ffn_down_exps.scale", experts)
            for part in ("pre_ffw_norm_2", "post_ffw_norm_1", "post_ffw_norm_2"):
                m.vector(b + part + ".weight", m.dim)
    drop = {f"blk.{i}.attn_v.weight" for i in range(m.blocks) if experts and not window[i]}
    drop |= {f"blk.{i}.attn_{part}.weight" for i in range(m.blocks - shared, m.blocks) for part in ("k", "v", "k_norm")}
    m.tensors = [t for t in m.tensors if t[0] not in drop]
    return m


def apart(m):
    """The same model with the two matrices of each expert in tensors of their own."""
    tensors, m.tensors = m.tensors, []
    for name, dims, values in tensors:
        if "gate_up" not in name:
            m.tensors.append((name, dims, values))
            continue
        columns, rows, experts = dims[0], dims[1] // 2, dims[2]
        n = columns * rows
        for i, part in enumerate(("gate", "up")):
            half = array("f", (v for e in range(experts) for v in values[(2 * e + i) * n:(2 * e + i + 1) * n]))
            m.tensors.append((name.replace("gate_up", part), (columns, rows, experts), half))
    return m


def wide(_name):
    """A tensor of experts that is not read at once."""
    return gemma4("gemma4-wide", [True, False], [4, 1], [96] * 2, experts=8, width=200)


def valueless(name):
    """Keys cannot be values of another length."""
    m = gemma4(name, [True, False], [2, 1], [96] * 2, experts=4)
    m.keys["attention.value_length"] = 16
    m.tensors = [t for t in m.tensors if t[0] != "blk.1.attn_output.weight"]
    m.matrix("blk.1.attn_output.weight", m.heads * 16, m.dim)
    return m


def two_turns(name):
    """Factors for the pairs of blocks without a window, which are fewer."""
    m = gemma3(name)
    m.keys.update({"rope.dimension_count": 2, "rope.dimension_count_swa": 32})
    m.vector("rope_freqs.weight", 1)
    return m


def qwen35(name, arch="qwen35", experts=0, extra=0):
    """The extra block would predict the token after the next; it has no part in the logits."""
    size, k_heads, v_heads, taps = 16, 2, 4, 4
    keys_dim, values = size * k_heads, size * v_heads
    m = Model(name, arch, blocks=6 + extra, head=24, nextn_predict_layers=extra, ssm__conv_kernel=taps, ssm__state_size=size, ssm__group_count=k_heads,
              ssm__time_step_rank=v_heads, ssm__inner_size=values, rope__dimension_sections=[2, 1, 1, 0])
    m.keys.update({"rope.dimension_count": 8, "attention.layer_norm_rms_epsilon": 1e-3})
    if experts:
        m.keys.update({"expert_count": experts, "expert_used_count": 2, "expert_feed_forward_length": 24,
                       "expert_shared_feed_forward_length": 40})
    for i, b in enumerate(m.each()):
        m.vector(b + "attn_norm.weight", m.dim)
        if i % 4 == 3 or i == 6:
            m.matrix(b + "attn_q.weight", m.dim, 2 * m.heads * m.head)
            m.matrix(b + "attn_k.weight", m.dim, m.kv * m.head)
            m.matrix(b + "attn_v.weight", m.dim, m.kv * m.head)
            m.matrix(b + "attn_output.weight", m.heads * m.head, m.dim)
            m.qk_norms(b)
        else:
            m.matrix(b + "attn_qkv.weight", m.dim, 2 * keys_dim + values)
            m.matrix(b + "attn_gate.weight", m.dim, values)
            m.matrix(b + "ssm_conv1d.weight", taps, 2 * keys_dim + values)
            m.vector(b + "ssm_dt.bias", v_heads, 0.0)
            m.vector(b + "ssm_a", v_heads, -0.5)
            m.matrix(b + "ssm_beta.weight", m.dim, v_heads)
            m.matrix(b + "ssm_alpha.weight", m.dim, v_heads)
            m.vector(b + "ssm_norm.weight", size)
            m.matrix(b + "ssm_out.weight", values, m.dim)
        if experts:
            m.experts(b, experts, 24, 40)
            m.vector(b + "ffn_gate_inp_shexp.weight", m.dim, 0.0)
        else:
            m.net(b)
    for b in list(m.each())[6:]:
        m.matrix(b + "nextn.eh_proj.weight", 2 * m.dim, m.dim)
        m.vector(b + "nextn.enorm.weight", m.dim)
        m.vector(b + "nextn.hnorm.weight", m.dim)
    m.tensors = [(n.replace("ffn_norm", "post_attention_norm"), *rest) for n, *rest in m.tensors]
    return m


MODELS = {
    "llama": llama,
    "phi3": phi3,
    "gpt-oss": gpt_oss,
    "llama-experts": mixtral,
    "qwen2": lambda name: plain(name, "qwen2", biases=True),
    "qwen3": qwen3,
    "gemma2": gemma2,
    "granite": lambda name: plain(name, "granite", embedding_scale=3.0, residual_scale=0.4, logit_scale=2.5,
                                  attention__scale=0.3),
    "smollm3": lambda name: plain(name, "smollm3", blocks=5),
    "mistral3": mistral3,
    "qwen3moe": qwen3moe,
    "gemma": gemma,
    "gemma3": gemma3,
    "granitemoe": granitemoe,
    "olmo2": olmo2,
    "olmo2-window": lambda name: olmo2(name, attention__sliding_window=6, rope__scaling__type="yarn",
                                       rope__scaling__factor=4.0, rope__scaling__original_context_length=8),
    "cohere2": lambda name: cohere(name, "cohere2", blocks=5, attention__sliding_window=6),
    "command-r": lambda name: cohere(name, "command-r"),
    "exaone4": lambda name: exaone4(name, 3),
    "exaone4-window": lambda name: exaone4(name, 64),
    "ernie4_5": lambda name: plain(name, "ernie4_5"),
    "glm4": glm4,
    "gemma4": lambda name: gemma4(name, [True, False, True, False, True, True, False], [2] * 7,
                                  [96, 96, 96, 96, 48, 48, 48], own=16, shared=3),
    "gemma4-experts": lambda name: gemma4(name, [True, False, True, False], [4, 1, 4, 1], [96] * 4, experts=6),
    "qwen35": lambda name: qwen35(name, extra=1),
    "qwen35moe": lambda name: qwen35(name, "qwen35moe", 6),
    "lfm2": lfm2,
    "lfm2-window": lambda name: lfm2(name, attention__sliding_window=6),
    "lfm2moe": lambda name: lfm2(name, "lfm2moe", 2, expert_count=6, expert_used_count=2, leading_dense_block_count=2,
                                 expert_feed_forward_length=24, expert_gating_func=2),
    "deepseek2": lambda name: deepseek2(name, 40, True, 1, 8, True, expert_gating_func=2, expert_weights_norm=True,
                                        expert_weights_scale=2.5, expert_group_count=4, expert_group_used_count=2,
                                        attention__temperature_scale=0.4, attention__temperature_length=8,
                                        rope__scaling__type="yarn", rope__scaling__factor=4.0,
                                        rope__scaling__original_context_length=8,
                                        rope__scaling__yarn_log_multiplier=0.0707),
    "deepseek2-lite": lambda name: deepseek2(name, 0, False, 1, 6, blocks=27, dim=32, heads=2,
                                             rope__scaling__type="yarn", rope__scaling__factor=4.0,
                                             rope__scaling__original_context_length=8),
    "gemma4-wide": wide,
    "gemma4-apart": lambda name: apart(wide(name)),
    "gemma4-valueless": valueless,
    "gemma3-two-turns": two_turns,
}


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or MODELS:
        MODELS[name](name).write(folder / f"{name}.gguf")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__.strip())
    main()
