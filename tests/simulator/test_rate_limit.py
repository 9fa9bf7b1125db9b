"""Tests of the rate limit."""

from ring_simulator import RateLimit, Simulator

from .helpers import Clock, HttpClient, bearer


async def test_101st_request_within_a_second_is_refused(
    simulator: Simulator, api_client: HttpClient, clock: Clock
) -> None:
    for _ in range(100):
        assert (await api_client.get("/v1/users/me")).status == 200
        clock.now += 0.005

    response = await api_client.get("/v1/users/me")

    assert response.status == 429
    assert response.headers["Retry-After"] == "60"
    assert response.headers["X-RateLimit-Remaining"] == "0"
    (error,) = (await response.json())["errors"]
    assert error["title"] == "Rate Limit Exceeded"
    assert "60 seconds" in error["detail"]
    assert simulator.rate_limit.max_in_window == 101

    clock.now += 1
    assert (await api_client.get("/v1/users/me")).status == 200


def test_window_slides(clock: Clock) -> None:
    limit = RateLimit(clock, limit=2)
    found = []
    for step in (0, 0.5, 0.5, 0.25, 0.25):
        clock.now += step
        found.append(limit.count("app").allowed)
    # the third arrives exactly one second after the first
    assert found == [True, True, True, False, True]
    assert limit.max_in_window == 3


def test_refused_requests_do_not_use_the_limit(clock: Clock) -> None:
    limit = RateLimit(clock, limit=1)
    assert limit.count("app").allowed
    for _ in range(9):
        clock.now += 0.1
        assert not limit.count("app").allowed
    clock.now += 0.2
    assert limit.count("app").allowed


async def test_limit_applies_to_each_client_id(
    simulator: Simulator, http_client: HttpClient
) -> None:
    simulator.rate_limit.limit = 1
    apps = [simulator.client, simulator.add_client("Another app")]
    # two accounts share the limit of an app
    accounts = [
        simulator.account,
        simulator.add_account("Sam", "Reed", "sam@example.com"),
    ]
    found = []
    for app in apps:
        for account in accounts:
            headers = bearer(simulator.tokens.issue_pair(account, app).access_token)
            response = await http_client.get("/v1/users/me", headers=headers)
            found.append(response.status)
    assert found == [200, 429, 200, 429]


async def test_requests_without_token_are_not_counted(
    simulator: Simulator, http_client: HttpClient
) -> None:
    simulator.rate_limit.limit = 1
    for _ in range(3):
        assert (await http_client.get("/v1/users/me")).status == 401
    assert simulator.rate_limit.max_in_window == 0


def test_peak_is_counted_for_each_client_id(clock: Clock) -> None:
    limit = RateLimit(clock)
    for _ in range(3):
        limit.count("first")
    limit.count("second")

    assert limit.peak("first") == 3
    assert limit.peak("second") == 1
    assert limit.peak("unknown") == 0
    assert limit.max_in_window == 3

    limit.reset()
    assert limit.peak("first") == 0
    assert limit.max_in_window == 0


def test_peak_counts_any_window_and_refused_requests(clock: Clock) -> None:
    limit = RateLimit(clock, limit=2)
    # two requests at the end of a full second and three at the start of the next one
    for now in (0.0, 0.9, 0.95, 1.0, 1.1, 1.2, 2.2):
        clock.now = now
        limit.count("app")

    assert limit.peak("app") == 5


def test_peak_counts_more_requests_than_the_request_log_keeps(clock: Clock) -> None:
    limit = RateLimit(clock)
    limit.count("app")
    clock.now += 0.999
    for _ in range(2000):
        limit.count("app")
    clock.now += 1
    for _ in range(3000):
        clock.now += 0.5
        limit.count("app")

    assert limit.peak("app") == 2001
    # only the arrivals within the last window are kept
    assert len(limit._windows["app"].arrived) == 2


async def test_peak_of_requests_to_the_api(
    simulator: Simulator, api_client: HttpClient, clock: Clock
) -> None:
    for _ in range(4):
        await api_client.get("/v1/users/me")
    clock.now += 1
    await api_client.get("/v1/users/me")

    assert simulator.rate_limit.peak(simulator.client.client_id) == 4
