from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch import Tensor

from rag.networks.fourbit import FEW_WIDENED, GROUP, SIDEWAYS, Matrix, _able

able = pytest.mark.skipif(
    not _able(torch.zeros(16, GROUP, dtype=torch.bfloat16), torch.bfloat16),
    reason="this processor or this torch has no products in four bits",
)


def _stored(rows: int, columns: int) -> Tensor:
    """A weight as a file in Q4_1 gives it: 16 steps in each group, the lowest and highest used."""
    source = torch.Generator().manual_seed(rows)
    levels = torch.randint(0, 16, (rows, columns // GROUP, GROUP), generator=source)
    levels[..., 0], levels[..., 1] = 0, 15
    step = torch.rand(rows, columns // GROUP, 1, generator=source) * 0.01 + 0.001
    low = -torch.rand(rows, columns // GROUP, 1, generator=source) * 0.1
    return (levels * step + low).view(rows, columns).bfloat16()


@able
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("tokens", [*range(1, FEW_WIDENED + 3), SIDEWAYS, SIDEWAYS + 1])
@pytest.mark.parametrize("shape", [(16, 32), (192, 576), (576, 1536)])
def test_a_product_in_four_bits_is_as_exact_as_in_bfloat16(
    tokens: int, shape: tuple[int, int], dtype: torch.dtype
) -> None:
    weight = _stored(*shape)
    matrix = Matrix.of(weight, dtype)
    assert matrix.few() is not None
    x = torch.randn(tokens, shape[1], generator=torch.Generator().manual_seed(1)).to(dtype)
    exact = x.double() @ weight.double().T
    found = matrix.times(x)
    assert found.dtype == dtype
    for other in (found, x.bfloat16() @ weight.T):
        assert float((other.double() - exact).norm() / exact.norm()) < 0.004
    if dtype == torch.float32 and tokens > FEW_WIDENED:
        assert float((found.double() - exact).norm() / exact.norm()) < 1e-6


@able
def test_weights_are_widened_inside_and_outside_of_inference_mode() -> None:
    for inside in (True, False, True):
        weight = torch.randn(16, 4096 if inside else 8192).bfloat16()
        matrix = Matrix.of(weight, torch.float32)
        x = torch.randn(FEW_WIDENED + 1, weight.shape[1])
        with torch.inference_mode(inside):
            torch.testing.assert_close(matrix.times(x), x @ weight.float().T, rtol=1e-4, atol=1e-4)


@able
def test_threads_widen_weights_in_places_of_their_own() -> None:
    weights = [torch.randn(200, 64 * (i + 1)).bfloat16() for i in range(4)]
    matrices = [Matrix.of(weight, torch.float32) for weight in weights]
    x = [torch.randn(FEW_WIDENED + 1, weight.shape[1]) for weight in weights]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(20):
            for i, found in enumerate(pool.map(lambda i: matrices[i].times(x[i]), range(4))):
                torch.testing.assert_close(found, x[i] @ weights[i].float().T)


@pytest.mark.parametrize(
    "weight",
    [
        torch.randn(64, 64, generator=torch.Generator().manual_seed(2)).bfloat16(),  # has no steps
        torch.cat((_stored(64, 64), torch.randn(64, 64).bfloat16())),  # only some rows have
        _stored(64, 64).float(),  # what is stored in float32 is meant to be exact
        _stored(24, 64),  # not a multiple of what the operation takes
    ],
)
def test_other_weights_stay_as_they_are(weight: Tensor) -> None:
    matrix = Matrix.of(weight, weight.dtype)
    assert matrix.few() is None
    x = torch.randn(2, 64).to(weight.dtype)
    torch.testing.assert_close(matrix.times(x), x @ weight.T, rtol=0.02, atol=0.02)


@able
def test_a_group_of_equal_weights_is_no_division_by_zero() -> None:
    weight = _stored(64, 64)
    weight[:, :GROUP] = 0
    matrix = Matrix.of(weight, weight.dtype)
    assert matrix.few() is not None
    x = torch.randn(1, 64).bfloat16()
    torch.testing.assert_close(matrix.times(x), x @ weight.T, rtol=0.02, atol=0.02)
