<?php
// What the vendor keeps: one JSON file, locked while a message is handled.

declare(strict_types=1);

const COMMENT_LIMIT = 500;

final class Store
{
    /** @var array{tickets: list<array>, callbacks: list<array>, incidents: array<string, array>, next: int} */
    public array $data;
    /** @var array<string, string> by row, what is wrong with its answer */
    public array $script;
    private $file;

    public function __construct(string $folder)
    {
        $this->file = fopen("$folder/state.json", 'c+');
        flock($this->file, LOCK_EX);
        $text = stream_get_contents($this->file);
        $this->data = $text ? json_decode($text, true) : ['tickets' => [], 'callbacks' => [], 'incidents' => [], 'next' => 1];
        $script = @file_get_contents("$folder/script.json");
        $this->script = $script ? json_decode($script, true) : [];
    }

    public function keep(): void
    {
        rewind($this->file);
        ftruncate($this->file, 0);
        fwrite($this->file, json_encode($this->data, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE));
        fflush($this->file);
    }

    public function wrong(string $row): ?string
    {
        return $this->script[$row] ?? null;
    }

    /** A usage point of the model: the vendor's are called VU-0001 to VU-9999. */
    public static function knows(?string $point): bool
    {
        return $point !== null && preg_match('/^VU-\d{4}$/', $point) === 1;
    }

    /** @param array<string, mixed> $ticket */
    public function add(array $ticket): string
    {
        $mrid = sprintf('VT-%06d-%s', $this->data['next']++, bin2hex(random_bytes(3)));
        $this->data['tickets'][] = ['mRID' => $mrid] + $ticket;
        return $mrid;
    }

    /** @return list<int> places of the tickets of which that holds, in their order */
    public function find(callable $holds): array
    {
        return array_values(array_keys(array_filter($this->data['tickets'], $holds)));
    }
}
