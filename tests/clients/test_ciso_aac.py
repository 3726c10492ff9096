"""`ciso-aac`: a client library for CISO Assistant, as published. It checks each answer against models of its own."""

import asyncio
from collections.abc import Iterator

import pytest
from ciso_assistant_client import (
    ApiToken,
    AssetWrite,
    AsyncCISOAssistantClient,
    CISOAssistantAPIError,
    CISOAssistantClient,
    CISOAssistantValidationError,
    FolderRead,
    FolderWrite,
)
from instance import Instance


@pytest.fixture(scope="module")
def client(instance: Instance) -> Iterator[CISOAssistantClient]:
    with CISOAssistantClient(instance.url, auth=ApiToken(token=instance.token)) as client:
        yield client


@pytest.fixture(scope="module")
def root(client: CISOAssistantClient) -> FolderRead:
    return client.list_folders(search="Global").results[0]


def test_folders_are_listed_and_read(client: CISOAssistantClient, root: FolderRead) -> None:
    folders = client.list_folders()
    assert folders.count == len(folders.results)
    assert (root.name, root.content_type, root.builtin) == ("Global", "GLOBAL", True)
    assert client.get_folder(root.id) == root


def test_a_folder_is_created_although_its_model_refuses_the_answer(
    client: CISOAssistantClient, root: FolderRead
) -> None:
    """It expects the answer to a POST to look like a folder that is read. The contract's does not: no `content_type`."""
    with pytest.raises(CISOAssistantValidationError, match="content_type"):
        client.create_folder(FolderWrite(name="Clients", description="made by ciso-aac"))

    (created,) = client.list_folders(search="Clients").results
    assert created.description == "made by ciso-aac"
    assert created.parent_folder is not None
    assert (created.parent_folder.id, created.parent_folder.name) == (root.id, "Global")

    client.delete_folder(created.id)
    assert client.list_folders(search="Clients").count == 0


def test_an_asset_lives_and_dies(client: CISOAssistantClient, root: FolderRead) -> None:
    primary = client.create_asset(AssetWrite(name="Payroll", type="PR", folder=root.id))
    support = client.create_asset(
        AssetWrite(
            name="Payroll database",
            type="SP",
            folder=root.id,
            description="where the payslips are",
            parent_assets=[primary.id],
            reference_link="https://example.org/payroll",
        )
    )
    assert (support.folder, support.parent_assets) == (root.id, [primary.id])

    read = client.get_asset(support.id)
    assert (read.name, read.description, read.type.value) == ("Payroll database", "where the payslips are", "Support")
    assert (read.folder.id, read.folder.name) == (root.id, "Global")
    assert [(parent.id, parent.name) for parent in read.parent_assets] == [(primary.id, "Payroll")]
    assert [child.id for child in client.get_asset(primary.id).children_assets] == [support.id]

    for asset in (support, primary):
        client.delete_asset(asset.id)
        with pytest.raises(CISOAssistantAPIError, match="404"):
            client.get_asset(asset.id)


def test_lists_are_searched_ordered_and_turned_page_by_page(client: CISOAssistantClient, root: FolderRead) -> None:
    names = [f"Router {number}" for number in range(5)]
    created = [client.create_asset(AssetWrite(name=name, type="SP", folder=root.id)) for name in names]

    page = client.list_assets(limit=2, ordering="-name", search="router")
    pages = [page]
    while page := client.next_page(page):
        pages.append(page)
    assert [[asset.name for asset in page.results] for page in pages] == [
        ["Router 4", "Router 3"],
        ["Router 2", "Router 1"],
        ["Router 0"],
    ]
    assert {page.count for page in pages} == {5}
    assert client.previous_page(pages[1]) == pages[0]

    for asset in created:
        client.delete_asset(asset.id)


def test_a_refusal_arrives_as_one(instance: Instance, client: CISOAssistantClient, root: FolderRead) -> None:
    with pytest.raises(CISOAssistantAPIError, match="400.*is not a valid choice"):
        client.create_asset(AssetWrite(name="Odd", type="ZZ", folder=root.id))
    stranger = CISOAssistantClient(instance.url, auth=ApiToken(token=instance.token[:-1] + "!"))
    with stranger, pytest.raises(CISOAssistantAPIError, match="401.*Invalid token"):
        stranger.list_folders()


def test_the_asynchronous_client_works_as_well(instance: Instance) -> None:
    async def count() -> int:
        async with AsyncCISOAssistantClient(instance.url, auth=ApiToken(token=instance.token)) as client:
            return (await client.list_folders()).count

    assert asyncio.run(count()) >= 1
